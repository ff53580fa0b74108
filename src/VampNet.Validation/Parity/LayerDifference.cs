using System.Collections.Immutable;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;

namespace VampNet.Validation.Parity;

/// <summary>The difference of each layer of a graph from the same layer of its reference, on one input.</summary>
/// <param name="Case">The size of the input.</param>
/// <param name="Layers">The layers, in the order they compute.</param>
public sealed record LayerParity(VerificationCase Case, ImmutableArray<LayerDifference> Layers);

/// <summary>The difference of one layer's output from the reference's, including differences of earlier layers.</summary>
/// <param name="Layer">The name of what the layer produces, such as <c>transformer.layers.3.output</c> or
/// <c>decoder.model.3.block.2.output</c>; <c>quantizer.quantizers.3.latents</c> for what codebook 3 is searched for.</param>
/// <param name="MeanAbsoluteError">Mean of |expected - actual|.</param>
/// <param name="WorstAbsoluteError">Largest |expected - actual|; NaN when an element is not finite.</param>
/// <param name="LargestExpected">Largest |expected|: what the errors are to be seen against.</param>
public sealed record LayerDifference(string Layer, double MeanAbsoluteError, double WorstAbsoluteError, double LargestExpected)
{
    /// <summary>Compares one layer's outputs.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="expected">The reference's output.</param>
    /// <param name="actual">The graph's, as many elements.</param>
    public static LayerDifference Of(string layer, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        TensorDifference difference = TensorComparer.Compare(expected, actual, [expected.Length]);
        double largest = 0;
        foreach (float value in expected)
        {
            largest = Math.Max(largest, Math.Abs((double)value));
        }

        return new LayerDifference(
            layer,
            difference.MeanAbsoluteError,
            difference.NonFinite == 0 ? difference.Worst.AbsoluteError : double.NaN,
            largest
        );
    }
}
