using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// float16: the nodes of the model and of its subgraphs compute in float16, their constants are stored so, and Cast stands where
/// float16 meets float32. Inputs and outputs of the model, and what enters and leaves a body of If, Loop or Scan, stay float32. A node
/// stays in float32 when its operator is not known to take float16, or when a constant or a measured activation does not fit
/// (<see cref="Float16Range"/>).
/// </summary>
public static class Float16Quantizer
{
    private const int MinimumOpset = 13;

    /// <summary>The names of the activations whose ranges matter: what nodes that may compute in float16 read and produce. The model stays
    /// as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the conversion to come; the calibration is not read.</param>
    public static ImmutableArray<string> ActivationsToCalibrate(Model model, Float16Options options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Model copy = ModelCopy.Of(model);
        ConstantLifting.Lift(copy);
        ShapeInferencePass.Run(copy);
        return
        [
            .. copy
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Nodes)
                .Where(node => options.Selection.ReasonAgainst(node) is null && Float16Operators.ReasonAgainst(node) is null)
                .SelectMany(node => node.Inputs.Concat(node.Outputs))
                .Where(value => Float16Quantization.IsFloat(value) && !value!.IsConstant)
                .Select(value => value!.Name)
                .Distinct(),
        ];
    }

    /// <summary>Converts a model in place. float16 constants are produced only while the model is written, one at a time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the scheme. A measured activation that does not fit keeps its nodes in float32.</param>
    /// <exception cref="OnnxException">
    /// The model's opset is under 13 and cannot be raised (<see cref="DiagnosticIds.OpsetNotConvertible"/>), it is quantized already
    /// (<see cref="DiagnosticIds.QuantizedAlready"/>), no float32 constant can become float16
    /// (<see cref="DiagnosticIds.NothingToQuantize"/>), or a constant holds NaN (<see cref="DiagnosticIds.WeightNotFinite"/>).
    /// </exception>
    public static QuantizationReport Quantize(Model model, Float16Options options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OpsetConversionReport? opset = QuantizationPreconditions.Prepare(model, MinimumOpset);
        ShapeInferencePass.Run(model);
        (SchemeEffect effect, ImmutableArray<KeptNode> floatNodes) = Float16Quantization.Apply(model, options);
        return QuantizationPreconditions.Conclude(model, opset, "float16", effect) with { FloatNodes = floatNodes };
    }
}
