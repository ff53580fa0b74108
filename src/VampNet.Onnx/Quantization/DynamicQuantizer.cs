using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Dynamic INT8: the weights of MatMul and Gemm become int8 once; activations become uint8 while the model runs, with ranges measured in
/// each run. y = x W becomes
/// <code>
/// q, s, z = DynamicQuantizeLinear(x)                        once for each x
/// y       = Cast(MatMulInteger(q, Wq, z)) * (s * Ws)        once for each W
/// </code>
/// ONNX Runtime fuses this order of operands to MatMulIntegerToFloat, and to DynamicQuantizeMatMul where x has one reader.
/// </summary>
public static class DynamicQuantizer
{
    private const int MinimumOpset = 11;

    /// <summary>Quantizes a model in place. Integer weights are produced only while the model is written, one at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the scheme.</param>
    /// <exception cref="OnnxException">
    /// The model's opset is under 11 and cannot be raised (<see cref="DiagnosticIds.OpsetNotConvertible"/>), it is quantized already
    /// (<see cref="DiagnosticIds.QuantizedAlready"/>), it has no weight to quantize (<see cref="DiagnosticIds.NothingToQuantize"/>),
    /// or a weight is not finite (<see cref="DiagnosticIds.WeightNotFinite"/>).
    /// </exception>
    public static QuantizationReport Quantize(Model model, DynamicQuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OpsetConversionReport? opset = QuantizationPreconditions.Prepare(model, MinimumOpset);
        return QuantizationPreconditions.Conclude(model, opset, "dynamic", DynamicQuantization.Apply(model, options), options.WeightRange);
    }
}
