using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class LoudnessTests
{
    [Theory]
    [InlineData(48000)]
    [InlineData(44100)]
    public void Measure_FullScaleSineNear1kHz_IsTheStandardsMinus3(int rate)
    {
        // BS.1770 defines a 0 dBFS, 997 Hz sine in one channel as -3.01 LKFS.
        Assert.Equal(-3.01, Loudness.Measure(Sine(rate, 997, rate * 2), rate), 0.05);
    }

    [Fact]
    public void Measure_SilenceAndNothing_AreTheFloor()
    {
        Assert.Equal(Loudness.Floor, Loudness.Measure(new float[44100], 44100));
        Assert.Equal(Loudness.Floor, Loudness.Measure([], 44100));
    }

    [Fact]
    public void Measure_QuietHalf_IsGatedOut()
    {
        float[] half = Sine(48000, 997, 96000);
        float[] mixed = [.. half, .. half.Select(sample => sample * 0.01f)];

        // Ungated it would lose 3.01; the blocks that straddle the border cost some tenths.
        Assert.Equal(Loudness.Measure(half, 48000), Loudness.Measure(mixed, 48000), 0.4);
    }

    [Fact]
    public void Normalize_LoudTarget_StopsAtFullScale()
    {
        float[] samples = Sine(44100, 440, 44100);

        Loudness.Normalize(samples, 44100, 20);

        Assert.Equal(1f, samples.Max(MathF.Abs), 1e-6f);
    }

    private static float[] Sine(int rate, double frequency, int length) =>
        [.. Enumerable.Range(0, length).Select(index => (float)Math.Sin(2 * Math.PI * frequency * index / rate))];
}
