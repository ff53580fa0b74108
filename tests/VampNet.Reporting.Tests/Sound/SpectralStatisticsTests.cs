using VampNet.Inference.Inputs;
using VampNet.Reporting.Sound;

namespace VampNet.Reporting.Tests.Sound;

public sealed class SpectralStatisticsTests
{
    private const int Rate = 44100;

    [Fact]
    public void Of_ASine_IsAtItsFrequency()
    {
        float[] sine = [.. Enumerable.Range(0, Rate).Select(i => MathF.Sin(2 * MathF.PI * 1000 * i / Rate))];
        SpectralStatistics found = SpectralStatistics.Of(sine, Rate);

        Assert.InRange(found.CentroidHertz, 990, 1010);
        Assert.InRange(found.RolloffHertz, 950, 1050);
        Assert.InRange(found.BandwidthHertz, 0, 60);
        Assert.InRange(found.FlatnessDecibels, -200, -60);
        Assert.InRange(found.ChangeDecibels, 0, 0.5);
    }

    [Fact]
    public void Of_Noise_IsFlatAndBroad()
    {
        SpectralStatistics found = SpectralStatistics.Of(SeededInputs.Normal(3, Rate), Rate);

        Assert.InRange(found.CentroidHertz, 10_500, 11_500);
        Assert.InRange(found.RolloffHertz, 18_000, 19_500);
        Assert.InRange(found.FlatnessDecibels, -4, -1);
    }

    [Fact]
    public void Of_Silence_IsFinite() => Assert.Equal(0, SpectralStatistics.Of(new float[100], Rate).CentroidHertz);
}
