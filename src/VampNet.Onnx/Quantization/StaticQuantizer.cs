using System.Collections.Immutable;
using VampNet.Onnx.OpsetConversion;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Static INT8: QuantizeLinear and DequantizeLinear around the inputs, weights and outputs of Conv, ConvTranspose, MatMul and
/// Gemm, with ranges measured beforehand. A runtime that has an integer kernel for such a node runs that; any other computes
/// the same in floating point. Where integers would be slower or change choices, only the weight becomes int8 (<see cref="StoredWeight"/>)
/// unless the selection includes the node by a pattern: ConvTranspose, for which ONNX Runtime's CPU has no integer kernel, and
/// products whose result decides a choice.
/// </summary>
public static class StaticQuantizer
{
    internal const int MinimumOpset = 13;

    /// <summary>The names of the activations whose ranges are needed: inputs and outputs of the nodes to quantize, each once, in graph
    /// order. The model stays as it is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the quantization to come; the calibration is not read.</param>
    public static ImmutableArray<string> ActivationsToCalibrate(Model model, StaticQuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Model copy = ModelCopy.Of(model);
        ConstantLifting.Lift(copy);
        return
        [
            .. copy
                .Graph.SelfAndSubgraphs()
                .SelectMany(graph => graph.Nodes)
                .Where(node =>
                    options.Selection.ReasonAgainst(node) is null
                    && !StaticQuantization.IsOnlyStored(node, options)
                    && StaticWeight.Of(node).Weight is not null
                )
                .SelectMany(node =>
                    (string[])
                        [
                            .. SnakeInput(node, options),
                            node.Inputs[0]!.Name,
                            node.Outputs[0].Name,
                            StaticQuantization.Tail(node).Outputs[0].Name,
                        ]
                )
                .Distinct(),
        ];
    }

    private static IEnumerable<string> SnakeInput(Node node, StaticQuantizationOptions options) =>
        StaticQuantization.SnakeBefore(node) is { } snake && StaticQuantization.RoundsInput(snake, options) ? [snake.Input.Name] : [];

    /// <summary>Quantizes a model, its subgraphs included, in place. Integer weights are produced only while the model is
    /// written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Options of the scheme. Where an activation has no range there, a product is quantized dynamically and a
    /// convolution computes in float32; <see cref="QuantizationReport.Unseen"/> lists them.</param>
    /// <exception cref="OnnxException">
    /// The model's opset is under 13 and cannot be raised (<see cref="DiagnosticIds.OpsetNotConvertible"/>), it is quantized already
    /// (<see cref="DiagnosticIds.QuantizedAlready"/>), it has no weight to quantize (<see cref="DiagnosticIds.NothingToQuantize"/>),
    /// or a weight is not finite (<see cref="DiagnosticIds.WeightNotFinite"/>).
    /// </exception>
    public static QuantizationReport Quantize(Model model, StaticQuantizationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        OpsetConversionReport? opset = QuantizationPreconditions.Prepare(model, MinimumOpset);
        return QuantizationPreconditions.Conclude(model, opset, "static", StaticQuantization.Apply(model, options), options.WeightRange);
    }
}
