using System.Collections.Immutable;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>Checks whether a node is valid in two versions of an operator that differ only in what they accept.</summary>
internal static class VersionCheck
{
    /// <summary>Attribute values that are the behaviour of older versions, so that the attribute may be dropped.</summary>
    private static readonly ImmutableHashSet<(string OpType, string Attribute, string Contents)> Defaults =
    [
        ("LSTM", "layout", "0"),
        ("GRU", "layout", "0"),
        ("RNN", "layout", "0"),
        ("Reshape", "allowzero", "0"),
        ("Cast", "saturate", "1"),
        ("CastLike", "saturate", "1"),
        ("QuantizeLinear", "saturate", "1"),
        ("QuantizeLinear", "block_size", "0"),
        ("DequantizeLinear", "block_size", "0"),
        ("ArgMax", "select_last_index", "0"),
        ("ArgMin", "select_last_index", "0"),
        ("ScatterElements", "reduction", "none"),
        ("ScatterND", "reduction", "none"),
        ("Shape", "start", "0"),
        ("Resize", "antialias", "0"),
        ("Resize", "keep_aspect_ratio_policy", "stretch"),
        ("LpPool", "ceil_mode", "0"),
        ("AveragePool", "dilations", "1"),
        ("LpPool", "dilations", "1"),
        ("Bernoulli", "seed", ""),
    ];

    /// <summary>Attributes whose allowed words grew, with the words that a version added.</summary>
    private static readonly ImmutableHashSet<(string OpType, int Version, string Attribute, string Word)> NewWords =
    [
        ("Resize", 19, "coordinate_transformation_mode", "half_pixel_symmetric"),
        ("Pad", 19, "mode", "wrap"),
        ("ScatterElements", 18, "reduction", "min"),
        ("ScatterElements", 18, "reduction", "max"),
        ("ScatterND", 18, "reduction", "min"),
        ("ScatterND", 18, "reduction", "max"),
    ];

    /// <summary>Checks an upward step. Attributes of old versions that name inputs to overwrite do not affect the result.</summary>
    public static void Raise(NodeConversion conversion, OperatorVersion? older, OperatorVersion newer)
    {
        Node node = conversion.Node;
        if (newer.IsDeprecated)
        {
            throw conversion.Refuse($"opset {newer.Since} no longer has the operator");
        }

        if (older is null)
        {
            return;
        }

        node.Attributes.Remove("consumed_inputs");
        foreach (string lost in node.Attributes.Select(attribute => attribute.Name).Where(older.Attributes.Contains).ToList())
        {
            if (!newer.Attributes.Contains(lost))
            {
                throw conversion.Refuse($"opset {newer.Since} no longer has its attribute '{lost}'");
            }
        }

        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (
                node.Inputs[i] is not null
                && OperatorVersion.At(older.Inputs, i) is not null
                && OperatorVersion.At(newer.Inputs, i) is null
            )
            {
                throw conversion.Refuse($"opset {newer.Since} no longer has its input {i}");
            }
        }

        RequireTypes(conversion, newer, newer.Since, mustBeKnown: false);
    }

    /// <summary>Checks a downward step, and drops attributes that only state the default.</summary>
    public static void Lower(NodeConversion conversion, OperatorVersion? older, OperatorVersion newer)
    {
        Node node = conversion.Node;
        if (older is null || older.IsDeprecated)
        {
            throw conversion.Refuse($"the operator came with opset {newer.Since}");
        }

        foreach (Attribute attribute in node.Attributes.ToList())
        {
            if (
                attribute.Kind == AttributeKind.String
                && NewWords.Contains((node.OpType, newer.Since, attribute.Name, attribute.Contents is null ? "" : attribute.String))
            )
            {
                throw conversion.Refuse($"'{attribute.Name}' = '{attribute.String}' came with opset {newer.Since}");
            }

            if (!newer.Attributes.Contains(attribute.Name) || older.Attributes.Contains(attribute.Name))
            {
                continue;
            }

            if (!IsDefault(node.OpType, attribute))
            {
                throw conversion.Refuse($"its attribute '{attribute.Name}' came with opset {newer.Since}");
            }

            node.Attributes.Remove(attribute.Name);
        }

        RequireCount(conversion, older);
        RequireTypes(conversion, older, older.Since, mustBeKnown: true);
    }

    private static bool IsDefault(string opType, Attribute attribute)
    {
        string? contents = attribute.Kind switch
        {
            _ when attribute.Reference is not null => null,
            AttributeKind.Int => $"{attribute.Int}",
            AttributeKind.String => attribute.String,
            AttributeKind.Ints when attribute.Ints.Distinct().Count() == 1 => $"{attribute.Ints[0]}",
            _ => null,
        };
        return contents is not null && Defaults.Contains((opType, attribute.Name, contents));
    }

    private static void RequireCount(NodeConversion conversion, OperatorVersion older)
    {
        Node node = conversion.Node;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is not null && OperatorVersion.At(older.Inputs, i) is null)
            {
                throw conversion.Refuse($"its input {i} is more than opset {older.Since} takes");
            }
        }

        for (int i = 0; i < older.Inputs.Length; i++)
        {
            if (older.Inputs[i] is { IsOptional: false, Repeats: false } && node.Input(i) is null)
            {
                throw conversion.Refuse($"opset {older.Since} does not let it leave out input {i}");
            }
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Name.Length > 0 && OperatorVersion.At(older.Outputs, i) is null)
            {
                throw conversion.Refuse($"its output {i} is more than opset {older.Since} gives");
            }
        }
    }

    private static void RequireTypes(NodeConversion conversion, OperatorVersion definition, int opset, bool mustBeKnown)
    {
        Node node = conversion.Node;
        IEnumerable<(Value? Value, OperatorParameter? Parameter)> places = node
            .Inputs.Select((value, i) => (value, OperatorVersion.At(definition.Inputs, i)))
            .Concat(node.Outputs.Select((value, i) => (value.Name.Length > 0 ? value : null, OperatorVersion.At(definition.Outputs, i))));
        foreach ((Value? value, OperatorParameter? parameter) in places)
        {
            if (value is null || parameter is null)
            {
                continue;
            }

            bool? isTaken = parameter.Takes(value.Type);
            if (isTaken == false)
            {
                throw conversion.Refuse($"opset {opset} does not take '{value.Name}' of {value.Type}");
            }

            if (isTaken is null && mustBeKnown)
            {
                throw conversion.Refuse($"the type of '{value.Name}' is not known, and opset {opset} does not take every type");
            }
        }
    }
}
