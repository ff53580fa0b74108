using System.Globalization;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>Infers one node, described by text, so that a test case is one line.</summary>
internal static class NodeInference
{
    /// <summary>Builds a model of one node and infers it.</summary>
    /// <param name="opType">The operator, with its domain before <c>::</c> when it is not of ai.onnx.</param>
    /// <param name="inputs">
    /// Separated by <c>;</c>. <c>float[B, 3]</c> is an input, <c>int64{1, -1}</c> a constant vector, <c>int64 = 5</c> a constant scalar,
    /// nothing an input left out. <c>seq(..)</c> and <c>optional(..)</c> wrap; <c>[?]</c> is an unknown rank.
    /// </param>
    /// <param name="attributes">Separated by <c>;</c>: <c>axis = 1; pads = [0, 1]; auto_pad = VALID; alpha = 0.5</c>.</param>
    /// <param name="opset">The version of the operator's domain.</param>
    /// <param name="outputs">How many results the node has.</param>
    /// <returns>The types of the results, separated by <c>; </c>; the ids of diagnostics instead, where there are any.</returns>
    public static string Run(string opType, string inputs, string attributes = "", int opset = 20, int outputs = 1)
    {
        using Model model = Model(opType, inputs, attributes, opset, outputs);
        ShapeInferenceResult result = ShapeInferencePass.Run(model);
        return result.Diagnostics.IsEmpty
            ? string.Join("; ", model.Graph.Outputs.Select(static value => value.Type?.ToString() ?? "nothing"))
            : string.Join("; ", result.Diagnostics.Select(static diagnostic => diagnostic.Id));
    }

    /// <summary>The elements of the first result that inference knows; null when it knows none.</summary>
    public static string? Elements(string opType, string inputs, string attributes = "", int opset = 20)
    {
        using Model model = Model(opType, inputs, attributes, opset, outputs: 1);
        return ShapeInferencePass.Run(model).Elements.GetValueOrDefault(model.Graph.Outputs[0])?.ToString();
    }

    /// <summary>The type that a text describes.</summary>
    public static ValueType Type(string text)
    {
        text = text.Trim();
        if (text.StartsWith("seq(", StringComparison.Ordinal))
        {
            return new SequenceType(Type(text[4..^1]));
        }

        if (text.StartsWith("optional(", StringComparison.Ordinal))
        {
            return new OptionalType(Type(text[9..^1]));
        }

        int bracket = text.IndexOf('[', StringComparison.Ordinal);
        string dims = text[(bracket + 1)..^1];
        return new TensorType(Element(text[..bracket]), dims == "?" ? null : new TensorShape(Items(dims).Select(Dim.Parse)));
    }

    /// <summary>The model that <see cref="Run"/> infers.</summary>
    public static Model Model(string opType, string inputs, string attributes, int opset, int outputs)
    {
        (string? domain, string? name) = opType.Split("::") is [var prefix, var suffix] ? (prefix, suffix) : ("", opType);
        var graph = new Graph("test");
        Value?[] values = inputs.Length == 0 ? [] : [.. inputs.Split(';').Select((text, i) => Input(graph, text.Trim(), $"x{i}"))];
        string[] names = [.. Enumerable.Range(0, outputs).Select(static i => $"y{i}")];
        Node node = graph.AddNode(
            name,
            values,
            names,
            [.. attributes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(Attribute)],
            domain,
            "node"
        );
        foreach (Value output in node.Outputs)
        {
            graph.AddOutput(output);
        }

        return new Model(graph, 10) { OpsetImports = { [domain] = opset } };
    }

    private static Value? Input(Graph graph, string text, string name)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (text.Split('=') is [var scalar, var number])
        {
            return graph.AddInitializer(name, Constant(Element(scalar.Trim()), [number]));
        }

        if (text.Split('{') is [var vector, var numbers])
        {
            string[] items = Items(numbers.TrimEnd('}'));
            return graph.AddInitializer(name, Constant(Element(vector), items, items.Length));
        }

        return graph.AddInput(name, Type(text));
    }

    private static TensorData Constant(ElementType element, string[] items, params long[] shape) =>
        element switch
        {
            ElementType.Int64 => TensorData.FromArray([.. items.Select(long.Parse)], shape),
            ElementType.Int32 => TensorData.FromArray([.. items.Select(int.Parse)], shape),
            ElementType.Float => TensorData.FromArray(
                [.. items.Select(static item => float.Parse(item, CultureInfo.InvariantCulture))],
                shape
            ),
            ElementType.Bool => TensorData.FromArray([.. items.Select(static item => item.Trim() == "1")], shape),
            _ => throw new ArgumentException($"No constants of {element}."),
        };

    private static Attribute Attribute(string text)
    {
        (string? name, string? value) = (text.Split('=', 2)[0].Trim(), text.Split('=', 2)[1].Trim());
        if (value.StartsWith('['))
        {
            return Onnx.Attribute.Of(name, [.. Items(value[1..^1]).Select(long.Parse)]);
        }

        if (long.TryParse(value, out long number))
        {
            return Onnx.Attribute.Of(name, number);
        }

        return value.Split('{') is [var vector, var numbers]
            ? Onnx.Attribute.Of(name, Constant(Element(vector), Items(numbers.TrimEnd('}')), Items(numbers.TrimEnd('}')).Length))
            : Onnx.Attribute.Of(name, value);
    }

    private static string[] Items(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ElementType Element(string name) => Enum.GetValues<ElementType>().Single(element => element.OnnxName == name);
}
