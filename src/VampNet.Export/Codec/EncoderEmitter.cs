using VampNet.Architecture;
using VampNet.Onnx;

namespace VampNet.Export.Codec;

/// <summary>
/// The convolutional encoder of LAC and DAC: per rate, three residual units (dilations 1, 3, 9) and a strided convolution.
/// Source: hugofloresgarcia/lac 7761206, <c>lac.model.lac.Encoder</c>; descript-audio-codec 1.0.0, <c>dac.model.dac.Encoder</c>.
/// </summary>
internal static class EncoderEmitter
{
    /// <summary>Padded audio [B,1,T*hop] to latents z [B,latent,T].</summary>
    public static Value Emit(Module encoder, Value audio, CodecConfiguration configuration)
    {
        Module blocks = encoder["block"];
        Value x = ConvolutionEmitter.EmitSame(blocks[0], audio);
        int next = 1;
        foreach (int rate in configuration.EncoderRates)
        {
            x = EmitBlock(blocks[next++], x, rate);
        }

        x = SnakeEmitter.Emit(blocks[next], x);
        return ConvolutionEmitter.EmitSame(blocks[next + 1], x);
    }

    private static Value EmitBlock(Module block, Value x, int rate)
    {
        Module parts = block["block"];
        int units = CodecManifest.EncoderDilations.Length;
        x = ResidualUnitEmitter.EmitAll(parts, 0, x);
        x = SnakeEmitter.Emit(parts[units], x);
        return ConvolutionEmitter.EmitDownsampling(parts[units + 1], x, rate);
    }
}
