using System.Collections.Immutable;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Quantization;

/// <summary>One run of <see cref="DynamicQuantizer"/>: the state that it needs for one model.</summary>
internal sealed class DynamicQuantization
{
    private readonly DynamicQuantizationOptions _options;
    private readonly Dictionary<(Graph, Value), (Value Integers, Value Scale, Value ZeroPoint)> _activations = [];
    private readonly Dictionary<(Value Weight, bool Transposed, float Alpha, ChannelMoments? Moments), DynamicWeight> _weights = [];
    private readonly HashSet<Value> _scales = [];
    private readonly Dictionary<Value, Value> _recurrent = [];
    private readonly EmbeddingTable _tables;
    private readonly ImmutableHashSet<Node> _entries;
    private (ChannelMoments Moments, float[] Feedback)? _lastFeedback;

    /// <summary>Prepares the quantization of products one by one.</summary>
    public DynamicQuantization(Model model, DynamicQuantizationOptions options)
    {
        _options = options;
        _entries = EntryProduct.ToLeave(model, options.Selection);
        _tables = new EmbeddingTable(PerChannel);
    }

    private bool PerChannel => _options.Granularity == WeightGranularity.PerChannel;

    public static SchemeEffect Apply(Model model, DynamicQuantizationOptions options)
    {
        DynamicQuantization quantizer = new(model, options);
        ImmutableArray<QuantizedWeight> quantized =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .ToImmutableArray()
                .SelectMany(graph => graph.Nodes.ToImmutableArray())
                .SelectMany(quantizer.QuantizeNode),
        ];
        return new SchemeEffect(
            quantized,
            [.. quantizer._scales, .. quantizer._tables.Added],
            node => options.Selection.ReasonAgainst(node) ?? quantizer.NodeReason(node)
        );
    }

    private IEnumerable<QuantizedWeight> QuantizeNode(Node node)
    {
        if (_options.Selection.ReasonAgainst(node) is not null)
        {
            return [];
        }

        if (RecurrentWeight.Is(node))
        {
            return RecurrentWeight.Store(node, _recurrent, _scales);
        }

        if (_options.EmbeddingTables && EmbeddingTable.IsReadBy(node))
        {
            return _tables.Quantize(node) is { } table ? [table] : [];
        }

        return !_entries.Contains(node) && MatrixWeight.Of(node).Weight is { } weight ? [Replace(weight)] : [];
    }

    /// <summary>The constants that replace weights.</summary>
    public IReadOnlyCollection<Value> Scales => _scales;

    /// <summary>Quantizes one product.</summary>
    public QuantizedWeight Replace(MatrixWeight weight)
    {
        Node node = weight.Node;
        string outputName = node.Outputs[0].Name;
        long bytesBefore = weight.Value.Constant!.ByteLength;
        NodeReplacement replacement = new(node);
        (Value? activation, Value? activationScale, Value? zeroPoint) = QuantizeActivation(node.Inputs[0]!, replacement);
        DynamicWeight quantized = QuantizeWeight(weight);

        ValueType? type = node.Outputs[0].Type;
        TensorShape? shape = node.Outputs[0].TensorType?.Shape;
        Value product = replacement.Insert(
            "MatMulInteger",
            "integer",
            [activation, quantized.Integers, zeroPoint],
            new TensorType(ElementType.Int32, shape)
        );
        Value real = replacement.Insert("Cast", "real", [product], type, [("to", (long)ElementType.Float)]);
        Value scale = replacement.Insert("Mul", "scale", [activationScale, quantized.Scales], quantized.Scales.Type);
        Value result = replacement.Insert("Mul", "rescaled", [real, scale], type);
        if (weight.Bias is { } bias)
        {
            result = replacement.Insert("Add", "biased", [result, bias], type);
        }

        replacement.Finish(result);
        return new QuantizedWeight(
            node.Name,
            outputName,
            weight.Value.Name,
            node.OpType,
            (PerChannel ? "int8 per channel" : "int8 per tensor") + (quantized.Compensated ? ", GPTQ" : ""),
            bytesBefore,
            quantized.Integers.Constant!.ByteLength + quantized.Scales.Constant!.ByteLength,
            quantized.SignalToNoise
        );
    }

    private (Value Integers, Value Scale, Value ZeroPoint) QuantizeActivation(Value activation, NodeReplacement replacement)
    {
        Graph graph = replacement.Graph;
        if (_activations.TryGetValue((graph, activation), out (Value Integers, Value Scale, Value ZeroPoint) known))
        {
            return known;
        }

        string name = graph.FreshName($"{activation.Name}.quantized");
        IReadOnlyList<Value> outputs = replacement.Insert(
            "DynamicQuantizeLinear",
            name,
            [activation],
            [name, graph.FreshName($"{activation.Name}.scale"), graph.FreshName($"{activation.Name}.zero_point")]
        );
        outputs[0].Type = new TensorType(ElementType.UInt8, activation.TensorType?.Shape);
        outputs[1].Type = new TensorType(ElementType.Float, TensorShape.Scalar);
        outputs[2].Type = new TensorType(ElementType.UInt8, TensorShape.Scalar);
        return _activations[(graph, activation)] = (outputs[0], outputs[1], outputs[2]);
    }

    private DynamicWeight QuantizeWeight(MatrixWeight weight)
    {
        ChannelMoments? moments =
            _options.Moments.GetValueOrDefault(weight.Node.Inputs[0]!.Name) is { } measured && measured.Channels == weight.Matrix.Shape[0]
                ? measured
                : null;
        (Value Value, bool Transposed, float Alpha, ChannelMoments? moments) key = (weight.Value, weight.Transposed, weight.Alpha, moments);
        if (_weights.TryGetValue(key, out DynamicWeight? known))
        {
            return known;
        }

        SymmetricInt8 quantized = SymmetricInt8.Choose(
            weight.Value.Name,
            weight.Matrix,
            PerChannel ? 1 : null,
            _options.WeightRange,
            summedAxis: 0
        );
        if (moments is not null)
        {
            quantized.Compensate(_options.WeightRange, FeedbackOf(moments));
        }

        float[] scales = Array.ConvertAll(quantized.Scales, scale => scale * weight.Alpha);
        Graph owner = weight.Value.Owner!;
        Value integers = owner.AddInitializer(owner.FreshName($"{weight.Value.Name}.quantized"), quantized.ToTensor());
        Value scale = owner.AddInitializer(
            owner.FreshName($"{weight.Value.Name}.scale"),
            PerChannel ? TensorData.FromArray(scales, scales.Length) : TensorData.Scalar(scales[0])
        );
        _scales.Add(scale);
        return _weights[key] = new DynamicWeight(integers, scale, quantized.SignalToNoise, moments is not null);
    }

    // Products of one activation follow one another, so only the last result is cached.
    private float[] FeedbackOf(ChannelMoments moments)
    {
        if (_lastFeedback is not { } last || last.Moments != moments)
        {
            _lastFeedback = last = (moments, CompensatedRounding.Feedback(moments));
        }

        return last.Feedback;
    }

    private string NodeReason(Node node) =>
        _entries.Contains(node) ? EntryProduct.Reason
        : node.Is("Gather") ? EmbeddingTable.NotAskedFor
        : RecurrentWeight.Is(node) ? RecurrentWeight.Reason
        : node.Is("Conv") || node.Is("ConvTranspose") ? "convolutions run slower with dynamic INT8; use static"
        : MatrixWeight.Of(node).Reason;

    private sealed record DynamicWeight(Value Integers, Value Scales, double SignalToNoise, bool Compensated);
}
