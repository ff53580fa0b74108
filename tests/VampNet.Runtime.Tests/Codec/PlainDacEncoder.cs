using VampNet.Architecture;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>A DAC encoder without padding as loops over samples, in double: slow, and plain to compare with upstream's source.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>dac.model.dac</c> and <c>dac.nn.quantize</c>, every convolution with padding
/// 0.</remarks>
internal sealed class PlainDacEncoder(BoundCodec codec) : PlainDacLayers(codec)
{
    /// <summary>The codes [C][T] of a window.</summary>
    public long[][] Encode(float[] samples)
    {
        double[][] x = Convolve(
            "encoder.block.0",
            [
                [.. samples.Select(sample => (double)sample)],
            ],
            1
        );
        int block = 1;
        foreach (int rate in Codec.Configuration.EncoderRates)
        {
            string path = $"encoder.block.{block++}.block";
            foreach ((int unit, int dilation) in new[] { (0, 1), (1, 3), (2, 9) })
            {
                x = Residual($"{path}.{unit}.block", x, dilation);
            }

            x = Convolve($"{path}.4", Snake($"{path}.3", x), 1, rate);
        }

        x = Convolve($"encoder.block.{block + 1}", Snake($"encoder.block.{block}", x), 1);
        return [.. Enumerable.Range(0, Codec.Configuration.Codebooks).Select(codebook => Quantize(codebook, ref x))];
    }

    private long[] Quantize(int codebook, ref double[][] residual)
    {
        string path = $"quantizer.quantizers.{codebook}";
        double[][] projected = Convolve($"{path}.in_proj", residual, 1);
        int width = projected.Length,
            frames = projected[0].Length;
        float[] table = Weight($"{path}.codebook.weight");
        long[] codes = new long[frames];
        double[][] rows = Zeros(width, frames);
        for (int frame = 0; frame < frames; frame++)
        {
            double best = double.NegativeInfinity;
            for (int entry = 0; entry < table.Length / width; entry++)
            {
                double product = 0,
                    square = 0;
                for (int i = 0; i < width; i++)
                {
                    product += projected[i][frame] * table[(entry * width) + i];
                    square += Math.Pow(table[(entry * width) + i], 2);
                }

                if (product / Math.Sqrt(square) > best)
                {
                    (best, codes[frame]) = (product / Math.Sqrt(square), entry);
                }
            }

            for (int i = 0; i < width; i++)
            {
                rows[i][frame] = table[(codes[frame] * width) + i];
            }
        }

        double[][] part = Convolve($"{path}.out_proj", rows, 1);
        residual = [.. residual.Zip(part, (a, b) => a.Zip(b, (c, d) => c - d).ToArray())];
        return codes;
    }
}
