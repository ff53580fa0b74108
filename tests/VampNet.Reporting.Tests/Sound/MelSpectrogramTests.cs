using VampNet.Inference.Inputs;
using VampNet.Reporting.Sound;

namespace VampNet.Reporting.Tests.Sound;

public sealed class MelSpectrogramTests
{
    private const int Rate = 44100;

    [Fact]
    public void Of_AFullScaleSine_PeaksNearFullScaleInItsBand()
    {
        MelSpectrogram sound = MelSpectrogram.Of(Sine(1000), Rate);

        float[] frame = sound.Frames[3];
        int loudest = Array.IndexOf(frame, frame.Max());
        // Band b is centred on mel (b + 1) / 81 of the range.
        double centre = 700 * (Math.Pow(10, 2595 * Math.Log10(1 + (Rate / 2.0 / 700)) * (loudest + 1) / 81 / 2595) - 1);
        Assert.InRange(centre, 940, 1060);
        Assert.InRange(frame.Max(), -3, 3);
        Assert.True(frame[^1] < -60);
    }

    [Fact]
    public void Of_Silence_IsTheFloorEverywhere() =>
        Assert.All(
            MelSpectrogram.Of(new float[10], Rate).Frames.SelectMany(frame => frame),
            level => Assert.Equal(MelSpectrogram.Floor, level)
        );

    [Fact]
    public void DistanceTo_ItselfAndAtAnotherLevel_IsZeroAndTheLevel()
    {
        float[] noise = SeededInputs.Audio(3, 1, 20000, Rate);
        MelSpectrogram sound = MelSpectrogram.Of(noise, Rate);

        Assert.Equal(0, sound.DistanceTo(sound));
        Assert.InRange(sound.DistanceTo(MelSpectrogram.Of([.. noise.Select(sample => sample / 2)], Rate)), 5.5, 6.1);
    }

    [Fact]
    public void Draw_ASound_IsAPictureOneFrameWide()
    {
        MelSpectrogram sound = MelSpectrogram.Of(Sine(1000), Rate);

        byte[] png = SpectrogramPicture.Draw(sound);

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((sound.Frames.Count, 160), ((png[18] << 8) + png[19], (png[22] << 8) + png[23]));
    }

    private static float[] Sine(double hertz) =>
        [.. Enumerable.Range(0, 8192).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / Rate))];
}
