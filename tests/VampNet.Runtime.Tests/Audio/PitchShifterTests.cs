using System.Numerics;
using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class PitchShifterTests
{
    private const int Rate = 44100;

    public static TheoryData<double> Intervals =>
        [.. Enumerable.Range(-12, 25).Where(semitones => semitones != 0).Select(semitones => (double)semitones), -0.5, 3.3];

    [Theory]
    [MemberData(nameof(Intervals))]
    public void Shift_Tone_LandsWithinFiveCentsAtTheSameLengthAndLoudness(double semitones)
    {
        AudioClip tone = Tone(440, 2.5);

        AudioClip shifted = PitchShifter.Shift(tone, semitones);

        double wanted = 440 * Math.Pow(2, semitones / 12);
        Assert.Equal(tone.Length, shifted.Length);
        Assert.InRange(1200 * Math.Log2(FrequencyNear(wanted, shifted.Channels[0]) / wanted), -5, 5);
        Assert.Equal(Loudness.Measure(tone), Loudness.Measure(shifted), 1.0);
    }

    [Theory]
    [InlineData(-7)]
    [InlineData(5)]
    public void Shift_ClickInSilence_StaysInItsPlace(double semitones)
    {
        float[] samples = new float[Rate];
        for (int i = 0; i < 400; i++)
        {
            samples[20_000 + i] = MathF.Sin(i * 0.2f) * (1 - (i / 400f));
        }

        float[] shifted = PitchShifter.Shift(new AudioClip(Rate, [samples]), semitones).Channels[0];

        // A window of the vocoder spreads a click by half its length either way.
        int loudest = Enumerable.Range(0, shifted.Length).MaxBy(i => Math.Abs(shifted[i]));
        Assert.InRange(loudest, 20_000 - 1024, 20_400 + 1024);
    }

    [Fact]
    public void Shift_ByNothing_IsTheClipItself()
    {
        AudioClip clip = Tone(440, 0.1);

        Assert.Same(clip, PitchShifter.Shift(clip, 0));
    }

    [Theory]
    [InlineData(12.5)]
    [InlineData(-13)]
    [InlineData(double.NaN)]
    public void Shift_BeyondAnOctave_IsRefused(double semitones) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PitchShifter.Shift(Tone(440, 0.1), semitones));

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3000)]
    public void Shift_ShortClipOfTwoChannels_KeepsItsShape(int length)
    {
        AudioClip shifted = PitchShifter.Shift(new AudioClip(8000, [new float[length], new float[length]]), 4);

        Assert.Equal((8000, 2, length), (shifted.SampleRate, shifted.Channels.Count, shifted.Length));
    }

    [Fact]
    public void ChooseSteps_AnyInterval_IsWithinThreeCents()
    {
        // The ratio next to 1 is 321 / 320, 5.4 cents: half of that is the worst.
        for (double semitones = -12; semitones <= 12; semitones += 0.01)
        {
            (int analysis, int synthesis) = PitchShifter.ChooseSteps(Math.Pow(2, semitones / 12));

            Assert.InRange((1200 * Math.Log2((double)synthesis / analysis)) - (100 * semitones), -3, 3);
        }
    }

    private static AudioClip Tone(double frequency, double seconds) =>
        new(
            Rate,
            [
                [.. Enumerable.Range(0, (int)(seconds * Rate)).Select(i => 0.3f * (float)Math.Sin(2 * Math.PI * frequency * i / Rate))],
            ]
        );

    /// <summary>The tone's frequency, from how far its phase moves between two windows 0.05 s apart.</summary>
    private static double FrequencyNear(double guess, float[] samples)
    {
        const int First = Rate / 2,
            Length = Rate,
            Apart = Rate / 20;
        Complex turn = Demodulate(First + Apart) / Demodulate(First);
        return guess + (turn.Phase * Rate / (2 * Math.PI * Apart));

        Complex Demodulate(int start)
        {
            Complex sum = 0;
            for (int i = start; i < start + Length; i++)
            {
                double window = 0.5 - (0.5 * Math.Cos(2 * Math.PI * (i - start) / Length));
                sum += samples[i] * window * Complex.FromPolarCoordinates(1, -2 * Math.PI * guess * i / Rate);
            }

            return sum;
        }
    }
}
