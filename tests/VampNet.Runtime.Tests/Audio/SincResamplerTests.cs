using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class SincResamplerTests
{
    [Theory]
    [InlineData(48000, 44100, 1000, 918)]
    [InlineData(22050, 44100, 1000, 2000)]
    [InlineData(44101, 44100, 1000, 999)]
    [InlineData(1, 44100, 2, 88200)]
    [InlineData(999983, 44100, 20, 0)]
    public void Resample_AnyRates_FloorsTheLengthAndKeepsAConstant(int from, int to, int length, int expected)
    {
        float[] constant = new float[length];
        Array.Fill(constant, 0.75f);

        float[] output = SincResampler.Resample(constant, from, to);

        Assert.Equal(expected, output.Length);
        Assert.All(output, sample => Assert.Equal(0.75f, sample, 1e-5f));
    }

    [Fact]
    public void Resample_SineBelowBothLimits_StaysThatSine()
    {
        float[] input = Sine(32000, 1000, 6400);
        float[] expected = Sine(44100, 1000, 8820);

        float[] output = SincResampler.Resample(input, 32000, 44100);

        // Away from the ends, which the repeated samples change. The window leaves a ripple of some 1e-4.
        for (int index = 200; index < 8600; index++)
        {
            Assert.Equal(expected[index], output[index], 5e-4f);
        }
    }

    [Fact]
    public void Resample_SameRate_Copies()
    {
        float[] input = [1, 2, 3];

        float[] output = SincResampler.Resample(input, 8000, 8000);

        Assert.Equal(input, output);
        Assert.NotSame(input, output);
    }

    private static float[] Sine(int rate, double frequency, int length) =>
        [.. Enumerable.Range(0, length).Select(index => (float)Math.Sin(2 * Math.PI * frequency * index / rate))];
}
