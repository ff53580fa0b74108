using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class AudioPartTests
{
    private static readonly AudioClip Ramp = new(
        10,
        [
            [.. Enumerable.Range(0, 100).Select(i => i / 100f)],
            new float[100],
        ]
    );

    [Fact]
    public void Cut_BetweenTimes_HasTheirSamples()
    {
        AudioClip part = AudioPart.Between(Ramp, 2, 3.5).Cut(Ramp);

        Assert.Equal((10, 2, 15), (part.SampleRate, part.Channels.Count, part.Length));
        Assert.Equal(0.2f, part.Channels[0][0]);
        Assert.Same(Ramp, AudioPart.Between(Ramp, 0, null).Cut(Ramp));
    }

    [Theory]
    [InlineData(-1.0, null)]
    [InlineData(3.0, 3.0)]
    [InlineData(4.0, 3.0)]
    [InlineData(0.0, 10.1)]
    [InlineData(10.0, null)]
    [InlineData(double.NaN, null)]
    public void Between_TimesOutOfOrderOrOutside_IsRefused(double start, double? end) =>
        Assert.Equal("VNR0115", Assert.Throws<RuntimeException>(() => AudioPart.Between(Ramp, start, end)).Id);

    [Fact]
    public void Replace_Middle_KeepsTheRestAndCrossesAtBothEnds()
    {
        AudioClip sound = new(
            10,
            [
                [.. Enumerable.Repeat(5f, 20)],
            ]
        );

        AudioClip whole = AudioPart.Between(Ramp, 2, 4).Replace(Ramp, sound, fade: 4);

        Assert.Equal(100, whole.Length);
        Assert.Equal(Ramp.Channels[0][..20], whole.Channels[0][..20]);
        Assert.Equal(Ramp.Channels[0][40..], whole.Channels[0][40..]);
        Assert.All(whole.Channels[0][24..36], sample => Assert.Equal(5f, sample));
        // One eighth, three eighths and so on of the new sound.
        Assert.Equal(0.125f * 5 + (0.875f * 0.2f), whole.Channels[0][20], 1e-6f);
        Assert.Equal(0.125f * 5, whole.Channels[1][39], 1e-6f);
    }

    [Fact]
    public void Fit_AnotherRate_HasThePartsRateAndLength()
    {
        AudioClip fitted = AudioPart
            .Between(Ramp, 2, 4)
            .Fit(
                Ramp,
                new AudioClip(
                    20,
                    [
                        [.. Enumerable.Repeat(5f, 90)],
                    ]
                ),
                stretch: 2
            );

        Assert.Equal((10, 40), (fitted.SampleRate, fitted.Length));
        Assert.All(fitted.Channels[0], sample => Assert.Equal(5f, sample, 1e-5f));
    }

    [Fact]
    public void Replace_StretchedPartAtTheStart_IsLongerAndStartsAtOnce()
    {
        AudioClip sound = new(
            10,
            [
                [.. Enumerable.Repeat(5f, 60)],
            ]
        );

        AudioClip whole = AudioPart.Between(Ramp, 0, 2).Replace(Ramp, sound, fade: 4);

        Assert.Equal(140, whole.Length);
        Assert.Equal(5f, whole.Channels[0][0]);
        Assert.Equal(Ramp.Channels[0][20..], whole.Channels[0][60..]);
    }
}
