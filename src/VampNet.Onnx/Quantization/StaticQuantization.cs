using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Quantization;

/// <summary>One run of <see cref="StaticQuantizer"/>: the state that it needs for one model.</summary>
internal sealed class StaticQuantization
{
    private const string UnseenProduct = "quantized dynamically";
    private const string UnseenConvolution = "computed in float32, with its weight stored as int8";

    private readonly StaticQuantizationOptions _options;

    // A value restored in one branch is not visible in another, so the graph is part of the key.
    private readonly Dictionary<(Graph, Value), Value> _activations = [];
    private readonly Dictionary<(Graph, Value, int?), (Value Restored, SymmetricInt8 Integers)> _weights = [];
    private readonly Dictionary<(Value, int?), (Value Restored, SymmetricInt8 Integers)> _stored = [];
    private readonly Dictionary<Value, Value> _recurrent = [];
    private readonly HashSet<Node> _storing = [];
    private readonly HashSet<Value> _restored = [];
    private readonly HashSet<Value> _constants = [];
    private readonly HashSet<Value> _tabulated = [];
    private readonly EmbeddingTable _tables;
    private readonly DynamicQuantization _dynamic;
    private readonly List<KeptNode> _unseen = [];

    private StaticQuantization(Model model, StaticQuantizationOptions options)
    {
        _options = options;
        _dynamic = new DynamicQuantization(
            model,
            new DynamicQuantizationOptions { Granularity = options.Granularity, WeightRange = options.WeightRange }
        );
        _tables = new EmbeddingTable(PerChannel);
    }

    private IReadOnlyDictionary<string, ActivationRange> Ranges => _options.Calibration.Ranges;

    private bool PerChannel => _options.Granularity == WeightGranularity.PerChannel;

    public static SchemeEffect Apply(Model model, StaticQuantizationOptions options)
    {
        StaticQuantization quantizer = new(model, options);
        ImmutableArray<QuantizedWeight> quantized =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .ToImmutableArray()
                .SelectMany(graph => graph.Nodes.ToImmutableArray())
                .SelectMany(quantizer.QuantizeNode),
        ];
        if (quantizer._tabulated.Count > 0)
        {
            quantizer.RemoveUnread();
        }

        return new SchemeEffect(
            quantized,
            [.. quantizer._constants, .. quantizer._tables.Added, .. quantizer._dynamic.Scales],
            quantizer.NodeReason
        )
        {
            Unseen = [.. quantizer._unseen],
        };
    }

    /// <summary>Whether the weight of a node is stored as int8 and computed in float32: for operators that the options name, and, unless
    /// the selection names the node by a pattern, for products that decide a choice and for ConvTranspose (a selection by operators names
    /// it).</summary>
    public static bool IsOnlyStored(Node node, StaticQuantizationOptions options) =>
        (node.Domain.Length == 0 && options.StoredOperators.Contains(node.OpType))
        || (
            options.Selection.Include.Count == 0
            && ((node.Is("ConvTranspose") && options.Selection.Operators is null) || ChoiceProduct.Is(node))
        );

    private string NodeReason(Node node) =>
        StaticWeight.Of(node) switch
        {
            _ when _options.Selection.ReasonAgainst(node) is { } reason => reason,
            _ when node.Is("Gather") => EmbeddingTable.NotAskedFor,
            _ when RecurrentWeight.Is(node) => RecurrentWeight.Reason,
            _ when _storing.Contains(node) || IsOnlyStored(node, _options) => "it belongs to a node that computes in float32",
            (null, var reason) => reason,
            _ => "it belongs to a node in floating point",
        };

    private IEnumerable<QuantizedWeight> QuantizeNode(Node node)
    {
        if (_options.Selection.ReasonAgainst(node) is not null)
        {
            return [];
        }

        if (RecurrentWeight.Is(node))
        {
            return RecurrentWeight.Store(node, _recurrent, _constants);
        }

        return QuantizeProduct(node) is { } quantized ? [quantized] : [];
    }

    private QuantizedWeight? QuantizeProduct(Node node)
    {
        if (EmbeddingTable.IsReadBy(node))
        {
            return _options.EmbeddingTables ? _tables.Quantize(node) : null;
        }

        if (StaticWeight.Of(node).Weight is not { } weight)
        {
            return null;
        }

        return IsOnlyStored(node, _options) ? Store(weight) : Compute(weight) ?? ComputeUnseen(weight);
    }

    private QuantizedWeight Store(StaticWeight weight)
    {
        int? axis = PerChannel ? weight.StorageAxis : null;
        if (!_stored.TryGetValue((weight.Value, axis), out (Value Restored, SymmetricInt8 Integers) stored))
        {
            SymmetricInt8 integers = SymmetricInt8.Choose(weight.Value.Name, weight.Value.Constant!, axis);
            _stored[(weight.Value, axis)] = stored = (StoredWeight.Restore(weight.Value, axis, integers, _constants), integers);
        }

        weight.Node.SetInput(1, stored.Restored);
        _storing.Add(weight.Node);
        Discard(weight.Value);
        return Describe(weight, weight.Node.Outputs[0].Name, stored.Integers, StoredWeight.Suffix);
    }

    // A product whose activations have no range, as in a branch that was never taken: a matrix is multiplied with ranges measured in each
    // run, and a convolution, which is slow so, computes in float32.
    private QuantizedWeight ComputeUnseen(StaticWeight weight)
    {
        MatrixWeight? matrix = MatrixWeight.Of(weight.Node).Weight;
        _unseen.Add(
            new KeptNode(
                weight.Node.Name.Length > 0 ? weight.Node.Name : weight.Node.Outputs[0].Name,
                weight.Node.OpType,
                (matrix is null ? UnseenConvolution : UnseenProduct) + PlaceOf(weight.Node)
            )
        );
        return matrix is null ? Store(weight) : _dynamic.Replace(matrix);
    }

    private static string PlaceOf(Node node) =>
        node.Graph.ParentNode is { } parent
            ? $", in {parent.Attributes.First(attribute => attribute.Subgraphs.Contains(node.Graph)).Name} of {parent.Describe()}"
            : "";

    private QuantizedWeight? Compute(StaticWeight weight)
    {
        Node node = weight.Node;
        string outputName = node.Outputs[0].Name;
        Node tail = Tail(node) is var activation && Ranges.ContainsKey(activation.Outputs[0].Name) ? activation : node;
        if (!Ranges.TryGetValue(tail.Outputs[0].Name, out ActivationRange outputRange) || QuantizeInput(node) is not { } input)
        {
            return null;
        }

        (Value? restored, SymmetricInt8? integers) = QuantizeWeight(weight);
        node.SetInput(0, input.Restored);
        node.SetInput(1, restored);
        if (weight.Bias is { } bias)
        {
            node.SetInput(2, QuantizeBias(node, bias, input.Scale, integers.Scales));
            Discard(bias);
        }

        Discard(weight.Value);
        QuantizeOutput(tail, outputRange);
        return Describe(weight, outputName, integers, "");
    }

    /// <summary>The node whose result is quantized for a product: a Relu or a Clip with constant bounds that alone reads it, because a
    /// range that begins and ends there makes it unnecessary, or the product itself.</summary>
    public static Node Tail(Node node) =>
        node.Outputs[0] is { IsGraphOutput: false, Uses: [{ Node: var reader, InputIndex: 0 }] }
        && reader.Graph == node.Graph
        && (
            reader.Is("Relu")
            || (reader.Is("Clip") && reader.Inputs.Skip(1).All(bound => bound is null || RewriteContext.ConstantOf(bound) is not null))
        )
            ? reader
            : node;

    private static QuantizedWeight Describe(StaticWeight weight, string outputName, SymmetricInt8 integers, string suffix)
    {
        long elements = integers.ToTensor().ElementCount;
        return new QuantizedWeight(
            weight.Node.Name,
            outputName,
            weight.Value.Name,
            weight.Node.OpType,
            (integers.Scales.Length > 1 ? "int8 per channel" : "int8 per tensor") + suffix,
            elements * sizeof(float),
            elements + (integers.Scales.Length * sizeof(float)),
            integers.SignalToNoise
        );
    }

    private (Value Restored, float Scale)? QuantizeInput(Node node)
    {
        Value input = node.Inputs[0]!;
        Graph graph = node.Graph;
        if (_restored.Contains(input))
        {
            return (input, ScaleOf(input));
        }

        if (_activations.TryGetValue((graph, input), out Value? known))
        {
            return (known, ScaleOf(known));
        }

        if (!Ranges.TryGetValue(input.Name, out ActivationRange range))
        {
            return null;
        }

        Value restored =
            Tabulate(node, input, range) is { } tabulated ? tabulated
            : Mover(input) is { } source ? InsertPair(graph, node, input, source.Producer!.Inputs[1]!, source.Producer.Inputs[2]!)
            : InsertPair(graph, node, input, range);
        _activations[(graph, input)] = restored;
        return (restored, ScaleOf(restored));
    }

    /// <summary>Whether the input of an activation is rounded to integers for the activation alone, where no product makes integers of it:
    /// not where a choice depends on it, which the rounding would change.</summary>
    public static bool RoundsInput(SnakeActivation snake, StaticQuantizationOptions options) =>
        (options.Selection with { Operators = null }).ReasonAgainst(snake.Sine) is null && !ChoiceProduct.DependsOn(snake.Sine);

    /// <summary>The activation before a convolution of three axes.</summary>
    public static SnakeActivation? SnakeBefore(Node node) =>
        node.Is("Conv") && node.Inputs[1]?.Constant?.Shape.Length == 3 ? SnakeActivation.Of(node.Inputs[0]!) : null;

    /// <summary>The activation before a convolution of three axes, by a table from integers to integers: exact where its input is integers
    /// already. Null where there is none, or where its input stays in floating point.</summary>
    private Value? Tabulate(Node node, Value value, ActivationRange range)
    {
        if (SnakeBefore(node) is not { } snake || (!_restored.Contains(snake.Input) && !RoundsInput(snake, _options)))
        {
            return null;
        }

        Graph graph = node.Graph;
        if (!TryRestore(graph, node, snake.Input, out Value? input))
        {
            return null;
        }

        (float Scale, int ZeroPoint) scale = range.ToScale(_options.SignedActivations);
        Value integers = input.Producer!.Inputs[0]!;
        TensorData contents = snake.Table((ScaleOf(input), ZeroPointOf(input)), scale, _options.SignedActivations);
        Value table = Constant(graph, $"{value.Name}.table", contents);
        if (integers.TensorType?.Shape is not [var batch, ..] || !batch.Is(1))
        {
            Value lengths = Insert("Shape", "lengths", [integers], []);
            Value length = Insert("Gather", "batch", [lengths, Constant(graph, $"{value.Name}.first", TensorData.FromArray([0L], 1))], []);
            Value ones = Constant(graph, $"{value.Name}.ones", TensorData.FromArray([1L, 1L], 2));
            table = Insert("Expand", "tables", [table, Insert("Concat", "batch_shape", [length, ones], [("axis", 0L)])], []);
        }

        Value indices = Insert("Cast", "indices", [integers], [("to", (long)ElementType.Int32)]);
        Value quantized = Insert("GatherElements", "quantized", [table, indices], [("axis", 2L)]);
        quantized.Type = new TensorType(contents.ElementType, value.TensorType?.Shape);
        (Value scaleValue, Value zeroPointValue) = Constants(graph, value, scale);
        Value restored = Insert("DequantizeLinear", "restored", [quantized, scaleValue, zeroPointValue], []);
        restored.Type = value.Type;
        _restored.Add(restored);
        _tabulated.Add(value);
        return restored;

        Value Insert(string opType, string role, ReadOnlySpan<Value?> inputs, ReadOnlySpan<Attribute> attributes)
        {
            string name = graph.FreshName($"{value.Name}.{role}");
            return graph.InsertNode(node, opType, inputs, [name], attributes, name: name).Outputs[0];
        }
    }

    private bool TryRestore(Graph graph, Node before, Value value, [NotNullWhen(true)] out Value? restored)
    {
        if (_restored.Contains(value) && value.Owner == graph)
        {
            restored = value;
        }
        else if (!_activations.TryGetValue((graph, value), out restored) && Ranges.TryGetValue(value.Name, out ActivationRange range))
        {
            _activations[(graph, value)] = restored = InsertPair(graph, before, value, range);
        }

        return restored is not null;
    }

    /// <summary>Removes what tables left without a reader.</summary>
    private void RemoveUnread()
    {
        Stack<Value> values = new(_tabulated.Concat(_restored));
        while (values.TryPop(out Value? value))
        {
            if (value is not { Uses.Count: 0, IsGraphOutput: false })
            {
                continue;
            }

            if (value.Producer is { IsRemoved: false } node)
            {
                Value[] inputs = [.. node.Inputs.OfType<Value>()];
                node.Graph.RemoveNodes(new HashSet<Node> { node });
                Array.ForEach(inputs, values.Push);
            }
            else if (value is { IsConstant: true, Owner: { } owner } && owner.Initializers.Contains(value))
            {
                owner.RemoveInitializer(value);
            }
        }
    }

    /// <summary>The restored value whose elements a value holds, moved or chosen by pooling and reshaping. Both then have one scale, which
    /// runtimes ask for to pool and move integers.</summary>
    private Value? Mover(Value value)
    {
        Value? moved = value;
        while (moved?.Producer is { Domain: "" } node && IsMover(node))
        {
            moved = node.Input(0);
            if (moved is not null && _restored.Contains(moved))
            {
                return moved.Owner == value.Owner ? moved : null;
            }
        }

        return null;
    }

    private static bool IsMover(Node node) =>
        node.OpType is "MaxPool" or "Reshape" or "Transpose" or "Flatten" or "Squeeze" or "Unsqueeze" or "DepthToSpace" or "SpaceToDepth"
            ? node.Outputs.Skip(1).All(output => output.Name.Length == 0)
            : node.OpType == "Resize" && node.Attributes.GetString("mode", "nearest") is "nearest" or "linear";

    private void QuantizeOutput(Node node, ActivationRange range)
    {
        Value output = node.Outputs[0];
        Value restored = InsertPair(node.Graph, node.Graph.NextOf(node), output, range);
        Node quantize = restored.Producer!.Inputs[0]!.Producer!;
        Graph.ReplaceUses(output, restored);
        quantize.SetInput(0, output);
        if (restored.IsGraphOutput)
        {
            (output.Name, restored.Name) = (node.Graph.FreshName($"{output.Name}.unquantized"), output.Name);
        }
    }

    private Value InsertPair(Graph graph, Node? before, Value value, ActivationRange range)
    {
        (Value scaleValue, Value zeroPointValue) = Constants(graph, value, range.ToScale(_options.SignedActivations));
        return InsertPair(graph, before, value, scaleValue, zeroPointValue);
    }

    private (Value Scale, Value ZeroPoint) Constants(Graph graph, Value value, (float Scale, int ZeroPoint) mapping) =>
        (
            Constant(graph, $"{value.Name}.scale", TensorData.Scalar(mapping.Scale)),
            Constant(
                graph,
                $"{value.Name}.zero_point",
                _options.SignedActivations ? TensorData.Scalar((sbyte)mapping.ZeroPoint) : TensorData.Scalar((byte)mapping.ZeroPoint)
            )
        );

    private Value InsertPair(Graph graph, Node? before, Value value, Value scaleValue, Value zeroPointValue)
    {
        ElementType type = _options.SignedActivations ? ElementType.Int8 : ElementType.UInt8;
        string quantizedName = graph.FreshName($"{value.Name}.quantized");
        Value quantized = graph
            .InsertNode(before, "QuantizeLinear", [value, scaleValue, zeroPointValue], [quantizedName], name: quantizedName)
            .Outputs[0];
        quantized.Type = new TensorType(type, value.TensorType?.Shape);
        string restoredName = graph.FreshName($"{value.Name}.restored");
        Value restored = graph
            .InsertNode(before, "DequantizeLinear", [quantized, scaleValue, zeroPointValue], [restoredName], name: restoredName)
            .Outputs[0];
        restored.Type = value.Type;
        _restored.Add(restored);
        return restored;
    }

    private (Value Restored, SymmetricInt8 Integers) QuantizeWeight(StaticWeight weight)
    {
        int? axis = PerChannel ? weight.ChannelAxis : null;
        Graph graph = weight.Node.Graph;
        if (_weights.TryGetValue((graph, weight.Value, axis), out (Value Restored, SymmetricInt8 Integers) known))
        {
            return known;
        }

        SymmetricInt8 integers = SymmetricInt8.Choose(
            weight.Value.Name,
            weight.Value.Constant!,
            axis,
            _options.WeightRange,
            weight.SummedAxis
        );
        return _weights[(graph, weight.Value, axis)] = (
            InsertRestored(graph, weight.Value, integers.ToTensor(), integers.Scales, axis),
            integers
        );
    }

    /// <summary>
    /// The bias in the units of the products: int32 with scale (input scale) * (weight scale), as integer kernels add it; the bias stays in
    /// float32 if those units are too small for 32 bits, or when it has no element for each channel (Gemm repeats a shorter one).
    /// </summary>
    private Value QuantizeBias(Node node, Value bias, float inputScale, float[] weightScales)
    {
        float[] values = bias.Constant!.ToSingles();
        float[] scales = Array.ConvertAll(weightScales, scale => scale * inputScale);
        if (scales.Length > 1 && (bias.Constant.Shape.IsEmpty || bias.Constant.Shape[^1] != scales.Length))
        {
            return bias;
        }

        int[] integers = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double units = Math.Round((double)values[i] / scales[i % scales.Length]);
            if (!(Math.Abs(units) <= int.MaxValue))
            {
                return bias;
            }

            integers[i] = (int)units;
        }

        return InsertRestored(
            node.Graph,
            bias,
            TensorData.FromArray(integers, bias.Constant.Shape.AsSpan()),
            scales,
            scales.Length > 1 ? bias.Constant.Shape.Length - 1 : null
        );
    }

    private Value InsertRestored(Graph graph, Value original, TensorData integers, float[] scales, int? axis)
    {
        Value integerValue = Constant(graph, $"{original.Name}.quantized", integers);
        Value scaleValue = Constant(
            graph,
            $"{original.Name}.scale",
            axis is null ? TensorData.Scalar(scales[0]) : TensorData.FromArray(scales, scales.Length)
        );
        string name = graph.FreshName($"{original.Name}.restored");
        Value restored = graph
            .InsertNode(
                graph.FirstNode,
                "DequantizeLinear",
                [integerValue, scaleValue],
                [name],
                axis is { } channelAxis ? [("axis", (long)channelAxis)] : [],
                name: name
            )
            .Outputs[0];
        restored.Type = new TensorType(ElementType.Float, TensorShape.Of(integers.Shape.AsSpan()));
        return restored;
    }

    private Value Constant(Graph graph, string name, TensorData data)
    {
        Value value = graph.AddInitializer(graph.FreshName(name), data);
        _constants.Add(value);
        return value;
    }

    private static int ZeroPointOf(Value restored) => (int)restored.Producer!.Inputs[2]!.Constant!.ToInt64s()[0];

    private static float ScaleOf(Value restored) => restored.Producer!.Inputs[1]!.Constant!.ToSingles()[0];

    private static void Discard(Value value)
    {
        if (value is { Uses.Count: 0, IsGraphOutput: false })
        {
            value.Owner!.RemoveInitializer(value);
        }
    }
}
