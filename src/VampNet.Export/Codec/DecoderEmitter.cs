using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>
/// The convolutional decoder: per rate, a transposed convolution, then in LAC the mean of three residual stacks (one per kernel
/// size), each of three units (dilations 1, 3, 5); in DAC three residual units in sequence (dilations 1, 3, 9).
/// Source: hugofloresgarcia/lac 7761206, <c>lac.model.lac.Decoder</c>; descript-audio-codec 1.0.0, <c>dac.model.dac.Decoder</c>.
/// </summary>
internal static class DecoderEmitter
{
    /// <summary>Latents z [B,latent,T] to audio [B,1,S], S = T*hop or less where strides are odd.</summary>
    public static Value Emit(Module decoder, Value z, CodecConfiguration configuration)
    {
        Module model = decoder["model"];
        Value x = ConvolutionEmitter.EmitSame(model[0], z);
        int next = 1;
        foreach (int rate in configuration.DecoderRates)
        {
            x = EmitBlock(model[next++]["block"], x, rate, configuration.Family);
        }

        x = SnakeEmitter.Emit(model[next], x);
        x = ConvolutionEmitter.EmitSame(model[next + 1], x);
        return model[next + 2].Op("Tanh", "output", [x]);
    }

    private static Value EmitBlock(Module parts, Value x, int rate, CodecFamily family)
    {
        x = SnakeEmitter.Emit(parts[0], x);
        x = ConvolutionEmitter.EmitUpsampling(parts[1], x, rate);
        if (family == CodecFamily.Dac)
        {
            return ResidualUnitEmitter.EmitAll(parts, 2, x);
        }

        var stacks = new Value[CodecManifest.DecoderKernels.Length];
        for (int i = 0; i < stacks.Length; i++)
        {
            stacks[i] = EmitStack(parts[2]["mrf_blocks"][i]["block"], x);
        }

        return parts[2].Op("Mean", "output", stacks);
    }

    private static Value EmitStack(Module units, Value x)
    {
        for (int i = 0; i < CodecManifest.DecoderDilations.Length; i++)
        {
            x = ResidualUnitEmitter.Emit(units[i], units[i]["layer"], x, CodecManifest.DecoderDilations[i]);
        }

        return x;
    }
}
