using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Weight-only quantization: the weights of MatMul and Gemm are stored in 8 or 4 bits with a scale for each block; activations
/// stay as they are. The file shrinks to a quarter or less; the speed depends on the runtime.
/// </summary>
public static class WeightOnlyQuantizer
{
    private const int MinimumOpset = 11;
    private const int BlockedDequantizeOpset = 21;

    /// <summary>Quantizes a model in place. Packed weights are produced only while the model is written, one at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the scheme.</param>
    /// <exception cref="ArgumentOutOfRangeException">Bits, block size or accuracy level is none of those allowed.</exception>
    /// <exception cref="OnnxException">
    /// The model's opset is too old for the form and cannot be raised (<see cref="DiagnosticIds.OpsetNotConvertible"/>), it is quantized
    /// already (<see cref="DiagnosticIds.QuantizedAlready"/>), it has no weight to quantize
    /// (<see cref="DiagnosticIds.NothingToQuantize"/>), or a weight is not finite (<see cref="DiagnosticIds.WeightNotFinite"/>).
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
        return QuantizationPreconditions.Conclude(
            model,
            opset,
            $"weight-only-{options.Bits}",
            WeightOnlyQuantization.Apply(model, options)
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
}
