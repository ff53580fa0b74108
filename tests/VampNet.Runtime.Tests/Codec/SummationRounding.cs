using VampNet.Onnx;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>
/// How far two runs of a codec's decoder may be apart that add the same products in another order: kernels block their sums by the length
/// of the input, and the runtime by the threads that are free.
/// </summary>
internal static class SummationRounding
{
    // Half a unit in the last place: the error of one addition, of a value near 1.
    private const float OfOneAddition = 1f / (1 << 24);

    // Two runs err each on their own, and the largest of some ten thousand samples lies four standard deviations out.
    private const float Deviations = 2 * 4;

    /// <summary>Bound on the difference of samples: the errors of all additions of a sample are independent, so they add as the root of
    /// their number. A missing frame of context differs by thousands of times as much.</summary>
    /// <param name="models">The exported models.</param>
    /// <param name="samples">The sound, whose largest sample gives the magnitude.</param>
    public static float Of(VampNetModels models, float[] samples)
    {
        using Model decoder = ModelReader.Read(Path.Combine(models.Folder, "codec_decoder.onnx"));
        double additions = decoder
            .Graph.Nodes.Where(node => node.OpType is "Conv" or "ConvTranspose")
            .Sum(node =>
            {
                // Weights are [M, C/group, kernel], transposed [C, M/group, kernel].
                long[] weight = [.. node.Inputs[1]!.Constant!.Shape];
                return (double)(node.Is("Conv") ? weight[1] : weight[0]) * weight[2];
            });
        return (float)(Deviations * OfOneAddition * Math.Sqrt(additions) * samples.Max(MathF.Abs));
    }
}
