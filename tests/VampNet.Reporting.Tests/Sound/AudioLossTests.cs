using VampNet.Inference.Inputs;
using VampNet.Reporting.Sound;

namespace VampNet.Reporting.Tests.Sound;

public class AudioLossTests
{
    private const int Rate = 44100;

    private static readonly float[] Sound = SeededInputs.Audio(seed: 3, 1, Rate / 4, Rate);

    [Fact]
    public void Of_LouderCopy_DiffersInLevelAlone()
    {
        AudioLoss loss = AudioLoss.Of(Sound, [.. Sound.Select(sample => 2 * sample)], Rate);
        Assert.True(loss.ScaleInvariantSdr > 120);
        Assert.InRange(loss.LogMelDistance, 5, 20 * Math.Log10(2) + 1e-3);
    }

    [Fact]
    public void Of_AddedNoise_IsMeasuredInDecibels()
    {
        // Noise of the same power a hundredth as loud: 40 dB less, but for what it shares with the sound by chance.
        float[] other = SeededInputs.Audio(seed: 4, 1, Sound.Length, Rate);
        float ratio = MathF.Sqrt(Sound.Sum(sample => sample * sample) / other.Sum(sample => sample * sample)) / 100;
        AudioLoss loss = AudioLoss.Of(Sound, [.. Sound.Zip(other, (mine, theirs) => mine + (ratio * theirs))], Rate);
        Assert.InRange(loss.ScaleInvariantSdr, 38, 42);
        Assert.InRange(loss.LogMelDistance, 1e-3, 20);
    }

    [Fact]
    public void Of_TheSame_HasNoLoss() => Assert.Equal(new AudioLoss(double.PositiveInfinity, 0), AudioLoss.Of(Sound, Sound, Rate));

    [Fact]
    public void Of_ShiftedSound_IsNearerInLongWindows()
    {
        AudioLoss loss = AudioLoss.Of(Sound, [.. Sound.Skip(200), .. new float[200]], Rate);
        Assert.InRange(loss.MultiResolution, 1e-3, 40);
        Assert.True(loss.ScaleInvariantSdr < 10);
    }

    [Fact]
    public void Of_OtherLength_IsAnArgumentError() => Assert.Throws<ArgumentException>(() => AudioLoss.Of(Sound, Sound.AsSpan(1), Rate));
}
