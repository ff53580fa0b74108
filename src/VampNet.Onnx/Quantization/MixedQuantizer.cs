using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>Quantizes some operators of a model dynamically and others statically: the fastest scheme for products is not the fastest for
/// convolutions.</summary>
public static class MixedQuantizer
{
    /// <summary>Quantizes a model in place. Each scheme uses the selection in its own options, and the selections must not
    /// overlap.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dynamic">Options of the part for <see cref="DynamicQuantizer"/>.</param>
    /// <param name="calibrated">Options of the part for <see cref="StaticQuantizer"/>, with the ranges that it needs.</param>
    /// <param name="name">The scheme's name, for the report and the model's metadata.</param>
    /// <exception cref="OnnxException">As <see cref="StaticQuantizer.Quantize"/>; nothing to quantize only when neither finds a
    /// weight.</exception>
    public static QuantizationReport Quantize(
        Model model,
        DynamicQuantizationOptions dynamic,
        StaticQuantizationOptions calibrated,
        string name
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(dynamic);
        ArgumentNullException.ThrowIfNull(calibrated);
        OpsetConversionReport? opset = QuantizationPreconditions.Prepare(model, StaticQuantizer.MinimumOpset);
        SchemeEffect first = DynamicQuantization.Apply(model, dynamic);
        SchemeEffect second = StaticQuantization.Apply(model, calibrated);
        SchemeEffect both = new(
            [.. first.Quantized, .. second.Quantized],
            first.Added.Union(second.Added),
            node => dynamic.Selection.ReasonAgainst(node) is null ? first.ReasonAgainst(node) : second.ReasonAgainst(node)
        )
        {
            Unseen = second.Unseen,
        };
        return QuantizationPreconditions.Conclude(model, opset, name, both, dynamic.WeightRange, calibrated.WeightRange);
    }
}
