using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Quantization.Calibration;

/// <summary>Warns about, or refuses, ranges measured on seeded inputs instead of real ones.</summary>
internal static class SeededRanges
{
    /// <summary>The warning that goes with such a graph, wherever it is shown.</summary>
    public const string Warning =
        "ranges were measured on seeded inputs, not on real ones: on real inputs the graph may lose far more than is measured here";

    /// <summary>Refuses seeded inputs for a graph that takes sound or latents, unless they were requested explicitly.</summary>
    /// <param name="path">The graph's file, for the message.</param>
    /// <param name="model">The graph.</param>
    /// <param name="request">The request.</param>
    /// <exception cref="QuantizationException">VNQ0121: the graph takes sound or latents.</exception>
    public static void Require(string path, Model model, QuantizationRequest request)
    {
        if (!request.Calibration.IsSeeded || request.Calibration.AcceptsSeeds)
        {
            return;
        }

        InputKind kind = SampleMaker.For(model, request.Profile).Kind;
        if (kind is InputKind.Sound or InputKind.Latents)
        {
            throw new QuantizationException(
                QuantizationErrorIds.RangesOfSeeds,
                found: $"no real inputs to measure ranges on, for {path}, which takes {kind.ToString().ToLowerInvariant()}",
                expected: "recordings, or tensor files named as its inputs: ranges of seeded inputs do not fit real ones, and the graph "
                    + "would lose most of its signal",
                advice: "Give --calibration PATH, or put music beside the graph; --calibration seeded accepts seeded inputs"
            );
        }
    }
}
