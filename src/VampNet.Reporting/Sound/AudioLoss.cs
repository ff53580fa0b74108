using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace VampNet.Reporting.Sound;

/// <summary>The difference between two sounds.</summary>
/// <param name="ScaleInvariantSdr">Power of the part of the sound that is the reference, at whatever level, over the power of the rest, in
/// decibels; infinite when there is no rest.</param>
/// <param name="LogMelDistance">Mean difference of the levels in 80 mel bands, in decibels.</param>
/// <remarks>Source: J. Le Roux et al., "SDR - half-baked or well done?", 2019, for the first.</remarks>
public sealed record AudioLoss(double ScaleInvariantSdr, double LogMelDistance)
{
    private static readonly ImmutableArray<int> Windows = [512, 1024, 2048, 4096];

    /// <summary>The same as <see cref="LogMelDistance"/>, averaged over windows of 512, 1024, 2048 and 4096 samples: short ones see when
    /// something sounds, long ones at which pitch.</summary>
    public double MultiResolution { get; init; }

    /// <summary>Compares two mono signals.</summary>
    /// <param name="reference">The reference, not silent.</param>
    /// <param name="sound">The other, as long.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static AudioLoss Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> sound, int sampleRate)
    {
        if (reference.Length != sound.Length)
        {
            throw new ArgumentException($"{sound.Length} samples are compared with {reference.Length}.", nameof(sound));
        }

        double level = TensorPrimitives.Dot(reference, sound) / (double)TensorPrimitives.SumOfSquares(reference);
        double signal = 0;
        double rest = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double target = level * reference[i];
            signal += target * target;
            rest += (sound[i] - target) * (sound[i] - target);
        }

        return new AudioLoss(
            rest == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / rest),
            MelSpectrogram.Of(reference, sampleRate).DistanceTo(MelSpectrogram.Of(sound, sampleRate))
        )
        {
            MultiResolution = DistanceOverWindows(reference, sound, sampleRate),
        };
    }

    /// <summary>The mean log-mel distance of two mono signals over <see cref="Windows"/>, in decibels; they may differ in length.</summary>
    internal static double DistanceOverWindows(ReadOnlySpan<float> reference, ReadOnlySpan<float> sound, int sampleRate)
    {
        double sum = 0;
        foreach (int window in Windows)
        {
            sum += MelSpectrogram.Of(reference, sampleRate, window).DistanceTo(MelSpectrogram.Of(sound, sampleRate, window));
        }

        return sum / Windows.Length;
    }
}
