using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization;

/// <summary>One run of <see cref="WeightOnlyQuantizer"/>: the state that it needs for one model.</summary>
internal sealed class WeightOnlyQuantization
{
    private const string MicrosoftDomain = "com.microsoft";

    private readonly WeightOnlyOptions _options;
    private readonly Dictionary<(Value, bool, bool), (Value Integers, Value Scales, BlockwiseWeight Weight)> _weights = [];
    private readonly HashSet<Value> _scales = [];
    private readonly Dictionary<Value, Value> _recurrent = [];
    private readonly Dictionary<Value, Value> _restored = [];

    private WeightOnlyQuantization(WeightOnlyOptions options) => _options = options;

    /// <summary>Quantizes the weights of a prepared model.</summary>
    public static SchemeEffect Apply(Model model, WeightOnlyOptions options)
    {
        WeightOnlyQuantization quantizer = new(options);
        ImmutableArray<QuantizedWeight> quantized =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .ToImmutableArray()
                .SelectMany(graph => graph.Nodes.ToImmutableArray())
                .SelectMany(quantizer.QuantizeNode),
        ];
        if (options.Form == WeightOnlyForm.MatMulNBits && !quantized.IsEmpty)
        {
            model.OpsetImports.TryAdd(MicrosoftDomain, 1);
        }

        return new SchemeEffect(
            quantized,
            [.. quantizer._scales],
            node =>
                options.Selection.ReasonAgainst(node)
                ?? (RecurrentWeight.Is(node) ? RecurrentWeight.Reason : MatrixWeight.Of(node, halves: true).Reason)
        );
    }

    // The weights of recurrent layers get 8 bits whatever products get: an error of 4 bits would be repeated in every step.
    private IEnumerable<QuantizedWeight> QuantizeNode(Node node) =>
        _options.Selection.ReasonAgainst(node) is not null ? []
        : RecurrentWeight.Is(node) ? RecurrentWeight.Store(node, _recurrent, _scales)
        : MatrixWeight.Of(node, halves: true).Weight is { } weight ? [Replace(weight)]
        : [];

    private QuantizedWeight Replace(MatrixWeight weight)
    {
        Node node = weight.Node;
        string outputName = node.Outputs[0].Name;
        long bytesBefore = weight.Value.Constant!.ByteLength;
        bool half = IsHalf(weight);
        // In a branch, ONNX Runtime widens the float16 scales of MatMulNBits only when it runs, and an integer product with scales that are
        // no constants is wrong: the product is written in float32.
        bool widened = half && node.Graph.Parent is not null;
        (Value? integers, Value? scales, BlockwiseWeight? blocks) = QuantizeWeight(weight, half && !widened);
        ValueType? type = node.Outputs[0].Type;
        NodeReplacement replacement = new(node);
        Value activation = widened ? Cast(replacement, "wide", node.Inputs[0]!, ElementType.Float) : node.Inputs[0]!;
        ValueType? productType = widened ? InFloat(type) : type;
        Value result =
            _options.Form == WeightOnlyForm.MatMulNBits
                ? replacement.Insert(
                    "MatMulNBits",
                    "product",
                    [activation, integers, scales],
                    productType,
                    [
                        ("K", (long)blocks.K),
                        ("N", (long)blocks.N),
                        ("accuracy_level", (long)_options.AccuracyLevel),
                        ("bits", (long)_options.Bits),
                        ("block_size", (long)_options.BlockSize),
                    ],
                    MicrosoftDomain
                )
                : InsertDequantizedProduct(replacement, activation, integers, scales, productType);
        result = widened ? Cast(replacement, "narrow", result, ElementType.Float16) : result;
        if (weight.Alpha != 1)
        {
            Value alpha = node.Graph.AddInitializer(
                node.Graph.FreshName($"{node.Outputs[0].Name}.alpha"),
                InType([weight.Alpha], half, [])
            );
            _scales.Add(alpha);
            result = replacement.Insert("Mul", "scaled", [result, alpha], type);
        }

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
            $"{_options.Bits} bit, blocks of {_options.BlockSize}",
            bytesBefore,
            integers.Constant!.ByteLength + scales.Constant!.ByteLength,
            blocks.SignalToNoise
        );
    }

    private static Value Cast(NodeReplacement replacement, string role, Value value, ElementType to) =>
        replacement.Insert("Cast", role, [value], value.TensorType is { } type ? type with { ElementType = to } : null, [("to", (long)to)]);

    private static ValueType? InFloat(ValueType? type) =>
        type is TensorType tensor ? tensor with { ElementType = ElementType.Float } : type;

    private static bool IsHalf(MatrixWeight weight) => weight.Value.Constant!.ElementType == ElementType.Float16;

    // The factors of a float16 product are float16.
    private static TensorData InType(float[] values, bool half, ReadOnlySpan<long> shape) =>
        half
            ? TensorData.FromBytes(
                ElementType.Float16,
                MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
                shape
            )
            : TensorData.FromArray(values, shape);

    private Value InsertDequantizedProduct(NodeReplacement replacement, Value activation, Value integers, Value scales, ValueType? type)
    {
        TensorType restoredType = new(scales.Constant!.ElementType, TensorShape.Of(integers.Constant!.Shape.AsSpan()));
        Attribute[] attributes = [("axis", 0L), ("block_size", (long)_options.BlockSize)];
        Value restored =
            integers.Owner == replacement.Graph
                ? replacement.Insert("DequantizeLinear", "weight", [integers, scales], restoredType, attributes)
                : RestoreOutside(integers, scales, restoredType, attributes);
        return replacement.Insert("MatMul", "product", [activation, restored], type);
    }

    // The weight of a branch that lies in the graph around it is restored there: ONNX Runtime fuses DequantizeLinear and MatMul of one
    // graph, and does not load the model when that graph lacks the weight.
    private Value RestoreOutside(Value integers, Value scales, TensorType type, Attribute[] attributes)
    {
        if (!_restored.TryGetValue(integers, out Value? restored))
        {
            Graph owner = integers.Owner!;
            string name = owner.FreshName($"{integers.Name}.restored");
            restored = owner.InsertNode(owner.FirstNode, "DequantizeLinear", [integers, scales], [name], attributes, name: name).Outputs[0];
            restored.Type = type;
            _restored[integers] = restored;
        }

        return restored;
    }

    private (Value Integers, Value Scales, BlockwiseWeight Weight) QuantizeWeight(MatrixWeight weight, bool half)
    {
        if (_weights.TryGetValue((weight.Value, weight.Transposed, half), out (Value Integers, Value Scales, BlockwiseWeight Weight) known))
        {
            return known;
        }

        bool packed = _options.Form == WeightOnlyForm.MatMulNBits;
        TensorData stored = weight.Value.Constant!;
        TensorData rows = weight.Transposed ? stored : TransposedMatrix.Of(stored);
        BlockwiseWeight blocks = BlockwiseWeight.Choose(
            weight.Value.Name,
            rows,
            _options.Bits,
            _options.BlockSize,
            signedScales: packed,
            halfScales: half
        );
        Graph owner = weight.Value.Owner!;
        Value integers = owner.AddInitializer(
            owner.FreshName($"{weight.Value.Name}.quantized"),
            packed ? PackedBlocks.ForMatMulNBits(blocks) : PackedBlocks.ForDequantizeLinear(blocks)
        );
        Value scales = owner.AddInitializer(
            owner.FreshName($"{weight.Value.Name}.scale"),
            packed
                ? InType(blocks.Scales, half, [blocks.N, blocks.Blocks])
                : InType(PackedBlocks.ScalesByBlock(blocks), half, [blocks.Blocks, blocks.N])
        );
        _scales.Add(scales);
        return _weights[(weight.Value, weight.Transposed, half)] = (integers, scales, blocks);
    }
}
