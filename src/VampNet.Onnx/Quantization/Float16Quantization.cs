using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>One run of <see cref="Float16Quantizer"/>: the state that it needs for one model.</summary>
internal sealed class Float16Quantization
{
    private readonly Float16Options _options;
    private readonly Dictionary<Node, string?> _reasons = [];
    private readonly Dictionary<Value, Value> _halves = [];
    private readonly Dictionary<Value, string?> _constants = [];
    private readonly HashSet<Value> _added = [];
    private readonly List<QuantizedWeight> _quantized = [];

    private Float16Quantization(Float16Options options) => _options = options;

    /// <summary>Converts the nodes of a prepared model with inferred types.</summary>
    /// <returns>Effect of the scheme, and the nodes that stay in float32.</returns>
    public static (SchemeEffect Effect, ImmutableArray<KeptNode> FloatNodes) Apply(Model model, Float16Options options)
    {
        Float16Quantization quantizer = new(options);
        ImmutableArray<Node> nodes = [.. model.Graph.Nodes.Where(node => node.Inputs.Concat(node.Outputs).Any(IsFloat))];
        foreach (Node node in nodes)
        {
            quantizer._reasons[node] = quantizer.ReasonAgainst(node);
        }

        foreach (Node node in nodes.Where(quantizer.IsHalf))
        {
            quantizer.Convert(node);
        }

        SchemeEffect effect = new(
            [.. quantizer._quantized],
            [.. quantizer._added],
            node => quantizer._reasons.GetValueOrDefault(node) ?? "it is read in a subgraph, or is not float"
        );
        return (
            effect,
            [
                .. nodes
                    .Where(node => !quantizer.IsHalf(node))
                    .Select(node => new KeptNode(node.Name, node.OpType, quantizer._reasons[node]!)),
            ]
        );
    }

    public static bool IsFloat(Value? value) => value?.TensorType?.ElementType == ElementType.Float;

    private bool IsHalf(Node node) => _reasons.TryGetValue(node, out string? reason) && reason is null;

    private string? ReasonAgainst(Node node) =>
        _options.Selection.ReasonAgainst(node)
        ?? Float16Operators.ReasonAgainst(node)
        ?? node.Inputs.Concat(node.Outputs)
            .Where(IsFloat)
            .Select(value => ReasonAgainst(value!))
            .FirstOrDefault(reason => reason is not null);

    private string? ReasonAgainst(Value value)
    {
        if (!value.IsConstant)
        {
            return _options.Ranges.TryGetValue(value.Name, out ActivationRange range)
                ? Float16Range.ReasonAgainst(value.Name, range)
                : null;
        }

        return _constants.TryGetValue(value, out string? known)
            ? known
            : _constants[value] = Float16Range.ReasonAgainst(value.Name, value.Constant!);
    }

    private void Convert(Node node)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (IsFloat(node.Inputs[i]))
            {
                Value input = node.Inputs[i]!;
                node.SetInput(i, Half(node, input));
                if (input is { IsConstant: true, Uses.Count: 0, IsGraphOutput: false })
                {
                    input.Owner!.RemoveInitializer(input);
                }
            }
        }

        foreach (Value output in node.Outputs.Where(output => output.Name.Length > 0 && IsFloat(output)).ToImmutableArray())
        {
            ValueType? type = output.Type;
            output.Type = new TensorType(ElementType.Float16, output.TensorType!.Shape);
            if (output.IsGraphOutput || output.Uses.Any(use => !IsHalf(use.Node)))
            {
                Restore(output, type);
            }
        }
    }

    // The float16 value that a node reads instead of a float32 one.
    private Value Half(Node reader, Value value)
    {
        if (_halves.TryGetValue(value, out Value? known))
        {
            return known;
        }

        Graph graph = reader.Graph;
        string name = graph.FreshName($"{value.Name}.float16");
        Value half;
        if (value.IsConstant)
        {
            TensorData data = value.Constant!;
            half = graph.AddInitializer(name, Float16Range.Convert(data));
            _added.Add(half);
            _quantized.Add(
                new QuantizedWeight(
                    reader.Name,
                    reader.Outputs[0].Name,
                    value.Name,
                    reader.OpType,
                    "float16",
                    data.ByteLength,
                    data.ByteLength / 2,
                    Float16Range.SignalToNoise(data)
                )
            );
        }
        else
        {
            half = InsertCast(graph, reader, value, name, ElementType.Float16);
        }

        return _halves[value] = half;
    }

    // Converts the output of a float16 node back for float32 readers and graph outputs.
    private void Restore(Value output, ValueType? type)
    {
        Graph graph = output.Owner!;
        Value restored = InsertCast(
            graph,
            graph.NextOf(output.Producer!),
            output,
            graph.FreshName($"{output.Name}.float32"),
            ElementType.Float
        );
        Graph.ReplaceUses(output, restored);
        restored.Producer!.SetInput(0, output);
        restored.Type = type;
        _halves[restored] = output;
        if (restored.IsGraphOutput)
        {
            (output.Name, restored.Name) = (graph.FreshName($"{output.Name}.unrestored"), output.Name);
        }
    }

    private static Value InsertCast(Graph graph, Node? before, Value value, string name, ElementType type)
    {
        Value cast = graph.InsertNode(before, "Cast", [value], [name], [("to", (long)type)], name: name).Outputs[0];
        cast.Type = new TensorType(type, value.TensorType?.Shape);
        return cast;
    }
}
