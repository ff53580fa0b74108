using System.Numerics.Tensors;

namespace VampNet.Runtime.Rhythm;

/// <summary>Finds the frames in which notes begin: the peaks of <see cref="OnsetStrength"/>, each moved back to where its rise
/// starts.</summary>
/// <remarks>Source: <c>librosa.onset.onset_detect</c>, <c>librosa.util.peak_pick</c> and <c>librosa.onset.onset_backtrack</c> of librosa
/// 0.10.2, with their defaults.</remarks>
internal static class OnsetDetector
{
    private const double MaximumSeconds = 0.03,
        AverageSeconds = 0.1,
        WaitSeconds = 0.03;

    /// <summary>Least height of a peak of the strength, scaled to 0 to 1, above the average around it.</summary>
    private const float Delta = 0.07f;

    /// <summary>Finds the onsets of a mono signal.</summary>
    /// <param name="strength"><see cref="OnsetStrength.Mean"/>.</param>
    /// <param name="sampleRate">Samples per second of the signal.</param>
    /// <param name="hop">Samples between frames.</param>
    /// <param name="backtrack">Moves each onset back to the last minimum before it.</param>
    /// <returns>Frames in ascending order; several onsets may share one frame when <paramref name="backtrack"/> is set.</returns>
    public static IReadOnlyList<int> Detect(ReadOnlySpan<float> strength, int sampleRate, int hop, bool backtrack = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hop);
        if (strength.IsEmpty)
        {
            return [];
        }

        float[] scaled = strength.ToArray();
        TensorPrimitives.Subtract(scaled, TensorPrimitives.Min<float>(scaled), scaled);
        float largest = TensorPrimitives.Max<float>(scaled);
        if (largest == 0)
        {
            return [];
        }

        TensorPrimitives.Divide(scaled, largest, scaled);
        List<int> peaks = PickPeaks(scaled, (double)sampleRate / hop);
        return backtrack ? Backtrack(peaks, scaled) : peaks;
    }

    private static List<int> PickPeaks(float[] strength, double framesPerSecond)
    {
        int before = Frames(MaximumSeconds),
            averageBefore = Frames(AverageSeconds),
            averageAfter = Frames(AverageSeconds) + 1,
            wait = Frames(WaitSeconds);
        List<int> peaks = [];
        for (int frame = 0; frame < strength.Length; frame++)
        {
            ReadOnlySpan<float> ahead = strength.AsSpan(Math.Max(0, frame - before)..(frame + 1));
            ReadOnlySpan<float> around = strength.AsSpan(
                Math.Max(0, frame - averageBefore)..Math.Min(frame + averageAfter, strength.Length)
            );
            if (strength[frame] >= TensorPrimitives.Max(ahead) && strength[frame] >= TensorPrimitives.Average(around) + Delta)
            {
                peaks.Add(frame);
                frame += wait;
            }
        }

        return peaks;

        int Frames(double seconds) => (int)Math.Floor(seconds * framesPerSecond);
    }

    private static List<int> Backtrack(List<int> peaks, float[] strength)
    {
        List<int> found = new(peaks.Count);
        foreach (int peak in peaks)
        {
            // The frame before the piece's first counts as a minimum.
            int frame = Math.Min(peak, strength.Length - 2);
            while (frame > 0 && !(strength[frame] <= strength[frame - 1] && strength[frame] < strength[frame + 1]))
            {
                frame--;
            }

            found.Add(Math.Max(0, frame));
        }

        return found;
    }
}
