using VampNet.Architecture;

namespace VampNet.Export.Tests;

/// <summary>Compares codes with upstream's.</summary>
internal static class CodeAgreement
{
    /// <summary>A code may differ from upstream's only where the two rows' cosines differ by no more than this.</summary>
    private const double CosineMargin = 1e-5;

    /// <summary>
    /// Compares codebook by codebook: where a code differs, the cosines of both rows with upstream's latent must tie within the margin,
    /// and the frame's later codebooks, which saw another residual, no longer compare.
    /// </summary>
    public static void Assert(BoundCodec codec, Tensor<float> latents, Tensor<long> expected, Tensor<long> actual)
    {
        (int codebooks, int frames) = (expected.Shape[1], expected.Shape[2]);
        for (int frame = 0; frame < frames; frame++)
        {
            for (int codebook = 0; codebook < codebooks; codebook++)
            {
                int at = (codebook * frames) + frame;
                if (expected.Values[at] == actual.Values[at])
                {
                    continue;
                }

                double margin =
                    Cosine(codec, latents, codebook, frame, expected.Values[at])
                    - Cosine(codec, latents, codebook, frame, actual.Values[at]);
                Xunit.Assert.True(
                    Math.Abs(margin) <= CosineMargin,
                    $"Codebook {codebook}, frame {frame}: expected {expected.Values[at]}, found {actual.Values[at]}, whose "
                        + $"cosine is {margin:R} less."
                );
                break;
            }
        }
    }

    private static double Cosine(BoundCodec codec, Tensor<float> latents, int codebook, int frame, long row)
    {
        int dim = codec.Configuration.CodebookDim;
        int frames = latents.Shape[2];
        float[] rows = codec.Weights[$"quantizer.quantizers.{codebook}.codebook.weight"].ToArray();
        (double dot, double left, double right) = (0, 0, 0);
        for (int k = 0; k < dim; k++)
        {
            (double a, double b) = (latents.Values[(((codebook * dim) + k) * frames) + frame], rows[(row * dim) + k]);
            dot += a * b;
            left += a * a;
            right += b * b;
        }

        return dot / Math.Sqrt(left * right);
    }
}
