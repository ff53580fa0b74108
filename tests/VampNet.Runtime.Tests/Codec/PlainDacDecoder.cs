using VampNet.Architecture;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>A DAC decoder without padding as loops over samples, in double: slow, and plain to compare with upstream's source.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>dac.model.dac</c>, every convolution with padding 0.</remarks>
internal sealed class PlainDacDecoder(BoundCodec codec)
{
    public double[] Decode(TokenGrid<long> codes)
    {
        double[][] x = Convolve("decoder.model.0", Dequantize(codes), 1);
        int block = 1;
        foreach (int rate in codec.Configuration.DecoderRates)
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
        double[][] z = Zeros(codec.Configuration.LatentDim, codes.Frames);
        for (int codebook = 0; codebook < codes.Codebooks; codebook++)
        {
            float[] table = Weight($"quantizer.quantizers.{codebook}.codebook.weight");
            double[][] rows = Zeros(codec.Configuration.CodebookDim, codes.Frames);
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

    private double[][] Residual(string path, double[][] x, int dilation)
    {
        double[][] y = Convolve($"{path}.1", Snake($"{path}.0", x), dilation);
        y = Convolve($"{path}.3", Snake($"{path}.2", y), 1);
        int crop = (x[0].Length - y[0].Length) / 2;
        return [.. x.Zip(y, (a, b) => b.Select((value, i) => value + a[i + crop]).ToArray())];
    }

    private double[][] Snake(string path, double[][] x)
    {
        float[] alpha = Weight($"{path}.alpha");
        return
        [
            .. x.Select(
                (row, channel) =>
                    row.Select(value => value + (Math.Pow(Math.Sin(alpha[channel] * value), 2) / (alpha[channel] + 1e-9))).ToArray()
            ),
        ];
    }

    private double[][] Convolve(string path, double[][] x, int dilation)
    {
        float[] weight = Weight($"{path}.weight"),
            bias = Weight($"{path}.bias");
        int kernel = weight.Length / bias.Length / x.Length;
        double[][] y = Zeros(bias.Length, x[0].Length - ((kernel - 1) * dilation));
        for (int output = 0; output < y.Length; output++)
        {
            for (int at = 0; at < y[0].Length; at++)
            {
                double sum = bias[output];
                for (int input = 0; input < x.Length; input++)
                {
                    for (int tap = 0; tap < kernel; tap++)
                    {
                        sum += weight[(((output * x.Length) + input) * kernel) + tap] * x[input][at + (tap * dilation)];
                    }
                }

                y[output][at] = sum;
            }
        }

        return y;
    }

    private double[][] Transpose(string path, double[][] x, int stride)
    {
        float[] weight = Weight($"{path}.weight"),
            bias = Weight($"{path}.bias");
        int kernel = 2 * stride;
        double[][] y = Zeros(bias.Length, ((x[0].Length - 1) * stride) + kernel);
        for (int output = 0; output < y.Length; output++)
        {
            Array.Fill(y[output], bias[output]);
            for (int input = 0; input < x.Length; input++)
            {
                for (int at = 0; at < x[0].Length; at++)
                {
                    for (int tap = 0; tap < kernel; tap++)
                    {
                        y[output][(at * stride) + tap] += weight[(((input * y.Length) + output) * kernel) + tap] * x[input][at];
                    }
                }
            }
        }

        return y;
    }

    private float[] Weight(string name) => codec.Weights[name].ToArray();

    private static double[][] Zeros(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}
