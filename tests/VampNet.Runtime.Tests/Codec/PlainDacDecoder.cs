using VampNet.Architecture;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>A DAC decoder without padding as loops over samples, in double: slow, and plain to compare with upstream's source.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>dac.model.dac</c>, every convolution with padding 0.</remarks>
internal sealed class PlainDacDecoder(BoundCodec codec) : PlainDacLayers(codec)
{
    public double[] Decode(TokenGrid<long> codes)
    {
        double[][] x = Convolve("decoder.model.0", Dequantize(codes), 1);
        int block = 1;
        foreach (int rate in Codec.Configuration.DecoderRates)
        {
            string path = $"decoder.model.{block++}.block";
            x = Transpose($"{path}.1", Snake($"{path}.0", x), rate);
            foreach ((int unit, int dilation) in new[] { (2, 1), (3, 3), (4, 9) })
            {
                x = Residual($"{path}.{unit}.block", x, dilation);
            }
        }

        x = Convolve($"decoder.model.{block + 1}", Snake($"decoder.model.{block}", x), 1);
        return [.. x[0].Select(Math.Tanh)];
    }

    private double[][] Dequantize(TokenGrid<long> codes)
    {
        double[][] z = Zeros(Codec.Configuration.LatentDim, codes.Frames);
        for (int codebook = 0; codebook < codes.Codebooks; codebook++)
        {
            float[] table = Weight($"quantizer.quantizers.{codebook}.codebook.weight");
            double[][] rows = Zeros(Codec.Configuration.CodebookDim, codes.Frames);
            for (int frame = 0; frame < codes.Frames; frame++)
            {
                for (int i = 0; i < rows.Length; i++)
                {
                    rows[i][frame] = table[(codes[0, codebook, frame] * rows.Length) + i];
                }
            }

            double[][] part = Convolve($"quantizer.quantizers.{codebook}.out_proj", rows, 1);
            z = [.. z.Zip(part, (a, b) => a.Zip(b, (c, d) => c + d).ToArray())];
        }

        return z;
    }
}
