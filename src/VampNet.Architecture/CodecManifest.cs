using System.Collections.Immutable;

namespace VampNet.Architecture;

/// <summary>
/// The parameters of a LAC or DAC codec, generated from its configuration, with upstream's names. The two differ in the decoder's blocks
/// alone. Source: hugofloresgarcia/lac 7761206, <c>lac.model.lac</c> and <c>lac.nn.quantize</c>; descript-audio-codec 1.0.0,
/// <c>dac.model.dac</c>.
/// </summary>
public static class CodecManifest
{
    /// <summary>The dilations of the three residual units of an encoder block, and of a DAC decoder block.</summary>
    public static ImmutableArray<int> EncoderDilations { get; } = [1, 3, 9];

    /// <summary>The kernel lengths of the three residual stacks of a LAC decoder block, whose outputs are averaged.</summary>
    public static ImmutableArray<int> DecoderKernels { get; } = [3, 7, 11];

    /// <summary>The dilations within each residual stack of a LAC decoder block.</summary>
    public static ImmutableArray<int> DecoderDilations { get; } = [1, 3, 5];

    /// <summary>The parameters of a checkpoint as upstream saves it: every convolution as direction v and magnitude g.</summary>
    public static ImmutableArray<ParameterSpec> WithWeightNorm(CodecConfiguration configuration) =>
        [.. Folded(configuration).SelectMany(Unfold)];

    /// <summary>The parameters once weight norm is folded: the names and shapes of <see cref="BoundCodec.Weights"/>.</summary>
    public static ImmutableArray<ParameterSpec> Folded(CodecConfiguration configuration) =>
        [.. Encoder(configuration), .. Codebooks(configuration, 0), .. Decoder(configuration)];

    /// <summary>The path of a codebook's table, [V, latent].</summary>
    public static string Codebook(int index) => $"quantizer.quantizers.{index}.codebook.weight";

    /// <summary>Whether a folded weight is a weight-normed convolution: everything with a kernel axis but Snake's alpha.</summary>
    internal static bool HasWeightNorm(ParameterSpec folded) =>
        folded.Shape.Length == 3 && folded.Name.EndsWith(".weight", StringComparison.Ordinal);

    internal static IEnumerable<ParameterSpec> Unfold(ParameterSpec folded) =>
        HasWeightNorm(folded)
            ? [ParameterSpec.Of($"{folded.Name}_g", folded.Shape[0], 1, 1), folded with { Name = $"{folded.Name}_v" }]
            : [folded];

    private static IEnumerable<ParameterSpec> Encoder(CodecConfiguration configuration)
    {
        int width = configuration.EncoderDim;
        IEnumerable<ParameterSpec> parameters = Convolution("encoder.block.0", width, 1, 7);
        for (int i = 0; i < configuration.EncoderRates.Length; i++)
        {
            string block = $"encoder.block.{i + 1}.block";
            for (int unit = 0; unit < EncoderDilations.Length; unit++)
            {
                parameters = parameters.Concat(ResidualUnit($"{block}.{unit}.block", width));
            }

            parameters = parameters
                .Concat(Snake($"{block}.3", width))
                .Concat(Convolution($"{block}.4", 2 * width, width, 2 * configuration.EncoderRates[i]));
            width *= 2;
        }

        int last = configuration.EncoderRates.Length + 1;
        return parameters
            .Concat(Snake($"encoder.block.{last}", width))
            .Concat(Convolution($"encoder.block.{last + 1}", configuration.LatentDim, width, 3));
    }

    // Kernel 7, then kernel 1: the unit of the encoder, and of DAC's decoder.
    private static IEnumerable<ParameterSpec> ResidualUnit(string path, int width) =>
        [
            .. Snake($"{path}.0", width),
            .. Convolution($"{path}.1", width, width, 7),
            .. Snake($"{path}.2", width),
            .. Convolution($"{path}.3", width, width, 1),
        ];

    /// <summary>The parameters of the codebooks from <paramref name="first"/> on, weight norm folded.</summary>
    internal static IEnumerable<ParameterSpec> Codebooks(CodecConfiguration configuration, int first) =>
        Enumerable
            .Range(first, configuration.Codebooks - first)
            .SelectMany(i =>
                new[]
                {
                    Convolution($"quantizer.quantizers.{i}.in_proj", configuration.CodebookDim, configuration.LatentDim, 1),
                    Convolution($"quantizer.quantizers.{i}.out_proj", configuration.LatentDim, configuration.CodebookDim, 1),
                    [ParameterSpec.Of(Codebook(i), configuration.CodebookSize, configuration.CodebookDim)],
                }
            )
            .SelectMany(parameters => parameters);

    private static IEnumerable<ParameterSpec> Decoder(CodecConfiguration configuration)
    {
        int width = configuration.DecoderDim;
        IEnumerable<ParameterSpec> parameters = Convolution("decoder.model.0", width, configuration.LatentDim, 7);
        for (int i = 0; i < configuration.DecoderRates.Length; i++)
        {
            string block = $"decoder.model.{i + 1}.block";
            parameters = parameters
                .Concat(Snake($"{block}.0", width))
                .Concat(TransposedConvolution($"{block}.1", width, configuration.DecoderRates[i]));
            width /= 2;
            int channels = width;
            parameters = parameters.Concat(
                configuration.Family == CodecFamily.Dac
                    ? Enumerable.Range(2, EncoderDilations.Length).SelectMany(unit => ResidualUnit($"{block}.{unit}.block", channels))
                    : ResidualStacks($"{block}.2.mrf_blocks", channels)
            );
        }

        int last = configuration.DecoderRates.Length + 1;
        return parameters.Concat(Snake($"decoder.model.{last}", width)).Concat(Convolution($"decoder.model.{last + 1}", 1, width, 7));
    }

    private static IEnumerable<ParameterSpec> ResidualStacks(string path, int width)
    {
        for (int stack = 0; stack < DecoderKernels.Length; stack++)
        {
            for (int unit = 0; unit < DecoderDilations.Length; unit++)
            {
                string layer = $"{path}.{stack}.block.{unit}.layer";
                ParameterSpec[] parameters =
                [
                    .. Snake($"{layer}.0", width),
                    .. Convolution($"{layer}.1", width, width, DecoderKernels[stack]),
                    .. Snake($"{layer}.2", width),
                    .. Convolution($"{layer}.3", width, width, DecoderKernels[stack]),
                ];
                foreach (ParameterSpec parameter in parameters)
                {
                    yield return parameter;
                }
            }
        }
    }

    private static ParameterSpec[] Snake(string path, int channels) => [ParameterSpec.Of($"{path}.alpha", 1, channels, 1)];

    private static ParameterSpec[] Convolution(string path, int outputs, int inputs, int kernel) =>
        [ParameterSpec.Of($"{path}.bias", outputs), ParameterSpec.Of($"{path}.weight", outputs, inputs, kernel)];

    private static ParameterSpec[] TransposedConvolution(string path, int inputs, int stride) =>
        [ParameterSpec.Of($"{path}.bias", inputs / 2), ParameterSpec.Of($"{path}.weight", inputs, inputs / 2, 2 * stride)];
}
