using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Quantization;

/// <summary>One run of <see cref="Float16Quantizer"/>: the state that it needs for one model.</summary>
internal sealed class Float16Quantization
{
    private readonly Float16Options _options;
    private readonly Dictionary<Node, string?> _reasons = [];
    private readonly Dictionary<Value, string?> _constants = [];
    private readonly HashSet<Value> _added = [];
    private readonly List<QuantizedWeight> _quantized = [];

    private Float16Quantization(Float16Options options) => _options = options;

    /// <summary>Converts the nodes of a prepared model with inferred types.</summary>
    /// <returns>Effect of the scheme, and the nodes that stay in float32.</returns>
    public static (SchemeEffect Effect, ImmutableArray<KeptNode> FloatNodes) Apply(Model model, Float16Options options)
    {
        Float16Quantization quantizer = new(options);
        ImmutableArray<Node> nodes =
        [
            .. model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes).Where(node => node.Inputs.Concat(node.Outputs).Any(IsFloat)),
        ];
        foreach (Node node in nodes)
        {
            quantizer._reasons[node] = quantizer.ReasonAgainst(node);
        }

        new ComputeTypeChange(ElementType.Float, ElementType.Float16, quantizer.IsHalf, quantizer.Halve).Convert(model);
        SchemeEffect effect = new(
            [.. quantizer._quantized],
            [.. quantizer._added],
            node => quantizer._reasons.GetValueOrDefault(node) ?? "it is an output of a graph, or is not float"
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
        ?? Float16Operators.UnknownType(node)
        ?? node.Inputs.Concat(node.Outputs)
            .Where(IsFloat)
            .Select(value => ReasonAgainst(value!))
            .FirstOrDefault(reason => reason is not null);

    private string? ReasonAgainst(Value value)
    {
        if (!value.IsConstant)
        {
            return _options.Calibration.Ranges.TryGetValue(value.Name, out ActivationRange range)
                ? Float16Range.ReasonAgainst(value.Name, range)
                : null;
        }

        return _constants.TryGetValue(value, out string? known)
            ? known
            : _constants[value] = Float16Range.ReasonAgainst(value.Name, value.Constant!);
    }

    private Value Halve(Node reader, Value constant)
    {
        Graph graph = constant.Owner!;
        TensorData data = constant.Constant!;
        Value half = graph.AddInitializer(graph.FreshName($"{constant.Name}.float16"), Float16Range.Convert(data));
        _added.Add(half);
        _quantized.Add(
            new QuantizedWeight(
                reader.Name,
                reader.Outputs[0].Name,
                constant.Name,
                reader.OpType,
                "float16",
                data.ByteLength,
                data.ByteLength / 2,
                Float16Range.SignalToNoise(data)
            )
        );
        return half;
    }
}
