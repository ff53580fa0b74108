using VampNet.Architecture;

namespace VampNet.Runtime.Tests.Codec;

/// <summary>DAC's layers without padding as loops over samples, in double: slow, and plain to compare with upstream's source.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>dac.model.dac</c>, every convolution with padding 0.</remarks>
internal abstract class PlainDacLayers(BoundCodec codec)
{
    protected BoundCodec Codec => codec;

    protected double[][] Residual(string path, double[][] x, int dilation)
    {
        double[][] y = Convolve($"{path}.1", Snake($"{path}.0", x), dilation);
        y = Convolve($"{path}.3", Snake($"{path}.2", y), 1);
        int crop = (x[0].Length - y[0].Length) / 2;
        return [.. x.Zip(y, (a, b) => b.Select((value, i) => value + a[i + crop]).ToArray())];
    }

    protected double[][] Snake(string path, double[][] x)
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

    protected double[][] Convolve(string path, double[][] x, int dilation, int stride = 1)
    {
        float[] weight = Weight($"{path}.weight"),
            bias = Weight($"{path}.bias");
        int kernel = weight.Length / bias.Length / x.Length;
        double[][] y = Zeros(bias.Length, ((x[0].Length - ((kernel - 1) * dilation) - 1) / stride) + 1);
        for (int output = 0; output < y.Length; output++)
        {
            for (int at = 0; at < y[0].Length; at++)
            {
                double sum = bias[output];
                for (int input = 0; input < x.Length; input++)
                {
                    for (int tap = 0; tap < kernel; tap++)
                    {
                        sum += weight[(((output * x.Length) + input) * kernel) + tap] * x[input][(at * stride) + (tap * dilation)];
                    }
                }

                y[output][at] = sum;
            }
        }

        return y;
    }

    protected double[][] Transpose(string path, double[][] x, int stride)
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

    protected float[] Weight(string name) => codec.Weights[name].ToArray();

    protected static double[][] Zeros(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}
