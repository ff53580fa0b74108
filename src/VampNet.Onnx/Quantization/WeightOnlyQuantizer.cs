using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Weight-only quantization: the weights of MatMul and Gemm are stored in 8 or 4 bits with a scale for each block; activations
/// stay as they are. The file shrinks to a quarter or less; the speed depends on the runtime.
/// </summary>
public sealed class WeightOnlyQuantizer
{
    private const string MicrosoftDomain = "com.microsoft";
    private const int MinimumOpset = 11;
    private const int BlockedDequantizeOpset = 21;

    private readonly WeightOnlyOptions _options;
    private readonly Dictionary<(Value, bool), (Value Integers, Value Scales, BlockwiseWeight Weight)> _weights = [];
    private readonly HashSet<Value> _scales = [];

    private WeightOnlyQuantizer(WeightOnlyOptions options) => _options = options;

    /// <summary>Quantizes a model in place. Packed weights are produced only while the model is written, one at a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits, block size or accuracy level is none of those allowed.</exception>
    /// <exception cref="OnnxException">
    /// The model's opset is too old for the form and cannot be raised (<see cref="DiagnosticIds.OpsetNotConvertible"/>), it is quantized already
    /// (<see cref="DiagnosticIds.QuantizedAlready"/>), it has no weight to quantize (<see cref="DiagnosticIds.NothingToQuantize"/>),
    /// or a weight is not finite (<see cref="DiagnosticIds.WeightNotFinite"/>).
    /// </exception>
    public static QuantizationReport Quantize(Model model, WeightOnlyOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);
        OpsetConversionReport? opset = QuantizationPreconditions.Prepare(
            model,
            options.Form == WeightOnlyForm.DequantizeLinear ? BlockedDequantizeOpset : MinimumOpset
        );
        WeightOnlyQuantizer quantizer = new(options);
        ImmutableArray<QuantizedWeight> quantized =
        [
            .. model
                .Graph.SelfAndSubgraphs()
                .ToImmutableArray()
                .SelectMany(graph => graph.Nodes.ToImmutableArray())
                .Select(quantizer.QuantizeNode)
                .OfType<QuantizedWeight>(),
        ];
        if (options.Form == WeightOnlyForm.MatMulNBits && !quantized.IsEmpty)
        {
            model.OpsetImports.TryAdd(MicrosoftDomain, 1);
        }

        return QuantizationPreconditions.Conclude(
            model,
            opset,
            $"weight-only-{options.Bits}",
            new SchemeEffect(
                quantized,
                [.. quantizer._scales],
                node => options.Selection.ReasonAgainst(node) ?? MatrixWeight.Of(node).Reason
            )
        );
    }

    private static void Validate(WeightOnlyOptions options)
    {
        if (options.Bits is not (4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Bits, "Bits must be 4 or 8.");
        }

        if (options.BlockSize is not (16 or 32 or 64 or 128 or 256))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.BlockSize,
                "The block size must be a power of two from 16 to 256."
            );
        }

        if (options.AccuracyLevel is < 0 or > 4)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.AccuracyLevel, "The accuracy level must be 0 to 4.");
        }
    }

    private QuantizedWeight? QuantizeNode(Node node) =>
        _options.Selection.ReasonAgainst(node) is null && MatrixWeight.Of(node).Weight is { } weight ? Replace(weight) : null;

    private QuantizedWeight Replace(MatrixWeight weight)
    {
        Node node = weight.Node;
        string outputName = node.Outputs[0].Name;
        long bytesBefore = weight.Value.Constant!.ByteLength;
        (Value? integers, Value? scales, BlockwiseWeight? blocks) = QuantizeWeight(weight);
        ValueType? type = node.Outputs[0].Type;
        NodeReplacement replacement = new(node);
        Value result =
            _options.Form == WeightOnlyForm.MatMulNBits
                ? replacement.Insert(
                    "MatMulNBits",
                    "product",
                    [node.Inputs[0], integers, scales],
                    type,
                    [
                        ("K", (long)blocks.K),
                        ("N", (long)blocks.N),
                        ("accuracy_level", (long)_options.AccuracyLevel),
                        ("bits", (long)_options.Bits),
                        ("block_size", (long)_options.BlockSize),
                    ],
                    MicrosoftDomain
                )
                : InsertDequantizedProduct(replacement, node.Inputs[0]!, integers, scales, type);
        if (weight.Alpha != 1)
        {
            Value alpha = node.Graph.AddInitializer(node.Graph.FreshName($"{node.Outputs[0].Name}.alpha"), TensorData.Scalar(weight.Alpha));
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

    private Value InsertDequantizedProduct(NodeReplacement replacement, Value activation, Value integers, Value scales, ValueType? type)
    {
        Value restored = replacement.Insert(
            "DequantizeLinear",
            "weight",
            [integers, scales],
            new TensorType(ElementType.Float, TensorShape.Of(integers.Constant!.Shape.AsSpan())),
            [("axis", 0L), ("block_size", (long)_options.BlockSize)]
        );
        return replacement.Insert("MatMul", "product", [activation, restored], type);
    }

    private (Value Integers, Value Scales, BlockwiseWeight Weight) QuantizeWeight(MatrixWeight weight)
    {
        if (_weights.TryGetValue((weight.Value, weight.Transposed), out (Value Integers, Value Scales, BlockwiseWeight Weight) known))
        {
            return known;
        }

        bool packed = _options.Form == WeightOnlyForm.MatMulNBits;
        TensorData stored = weight.Value.Constant!;
        TensorData rows = weight.Transposed ? stored : TransposedMatrix.Of(stored);
        BlockwiseWeight blocks = BlockwiseWeight.Choose(weight.Value.Name, rows, _options.Bits, _options.BlockSize, signedScales: packed);
        Graph owner = weight.Value.Owner!;
        Value integers = owner.AddInitializer(
            owner.FreshName($"{weight.Value.Name}.quantized"),
            packed ? PackedBlocks.ForMatMulNBits(blocks) : PackedBlocks.ForDequantizeLinear(blocks)
        );
        Value scales = owner.AddInitializer(
            owner.FreshName($"{weight.Value.Name}.scale"),
            packed ? TensorData.FromArray(blocks.Scales, blocks.N, blocks.Blocks) : PackedBlocks.ScalesByBlock(blocks)
        );
        _scales.Add(scales);
        return _weights[(weight.Value, weight.Transposed)] = (integers, scales, blocks);
    }
}
