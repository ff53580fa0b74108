using System.Collections.Immutable;
using VampNet.Architecture;
using VampNet.Inference.Sessions;
using VampNet.Torch;

namespace VampNet.Validation.Parity;

/// <summary>
/// Compares the vectors that each codebook quantizes: its projection of the residual of the codebooks before it. After a frame's first
/// disagreement the two systems quantize different things: the codebooks behind it are not compared in that frame.
/// </summary>
internal static class CodebookProbe
{
    /// <summary>The reference's quantization, to compare with the codes of an encoder's graph.</summary>
    public static LayerProbe Of(LacQuantization quantization, CodecConfiguration configuration)
    {
        (int codebooks, int dim) = (configuration.Codebooks, configuration.CodebookDim);
        // A search leaves its own codebook's projection as it was: the last residual of the graph holds them all, [B,T,1,C*dim].
        string projections = codebooks == 1 ? "quantizer.latents" : $"quantizer.quantizers.{codebooks - 2}.residual";
        FloatTensor expected = TorchTensors.Copy(quantization.Latents.transpose(1, 2).unsqueeze(2));
        long[] codes = quantization.Codes.transpose(1, 2).contiguous().data<long>().ToArray();
        return new LayerProbe(
            [projections, "quantizer.codes_by_frame"],
            actual =>
                Compare(
                    expected.Values,
                    LayerProbe.Read(projections, expected.Shape, actual[0]),
                    codes,
                    actual[1].GetTensorDataAsSpan<long>(),
                    codebooks,
                    dim
                )
        );
    }

    /// <summary>Compares codebook by codebook, over the frames in which all codes before it agree; none where no frame is left.</summary>
    /// <param name="expected">The reference's projections [frames, C*dim].</param>
    /// <param name="actual">The graph's.</param>
    /// <param name="expectedCodes">The reference's codes [frames, C].</param>
    /// <param name="actualCodes">The graph's.</param>
    /// <param name="codebooks">C.</param>
    /// <param name="dim">Width of a codebook's rows.</param>
    public static ImmutableArray<LayerDifference> Compare(
        ReadOnlySpan<float> expected,
        ReadOnlySpan<float> actual,
        ReadOnlySpan<long> expectedCodes,
        ReadOnlySpan<long> actualCodes,
        int codebooks,
        int dim
    )
    {
        ImmutableArray<LayerDifference>.Builder differences = ImmutableArray.CreateBuilder<LayerDifference>();
        List<int> frames = [.. Enumerable.Range(0, expectedCodes.Length / codebooks)];
        for (int i = 0; i < codebooks && frames.Count > 0; i++)
        {
            differences.Add(
                LayerDifference.Of(
                    $"quantizer.quantizers.{i}.latents",
                    Take(expected, frames, i, codebooks, dim),
                    Take(actual, frames, i, codebooks, dim)
                )
            );
            List<int> agreed = [];
            foreach (int frame in frames)
            {
                int at = (frame * codebooks) + i;
                if (expectedCodes[at] == actualCodes[at])
                {
                    agreed.Add(frame);
                }
            }

            frames = agreed;
        }

        return differences.ToImmutable();
    }

    private static float[] Take(ReadOnlySpan<float> projections, List<int> frames, int codebook, int codebooks, int dim)
    {
        float[] taken = new float[frames.Count * dim];
        for (int i = 0; i < frames.Count; i++)
        {
            projections.Slice(((frames[i] * codebooks) + codebook) * dim, dim).CopyTo(taken.AsSpan(i * dim));
        }

        return taken;
    }
}
