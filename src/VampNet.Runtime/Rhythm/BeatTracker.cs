namespace VampNet.Runtime.Rhythm;

/// <summary>Finds the beats of a piece: a chain of frames of high onset strength whose distances are near the tempo's.</summary>
/// <remarks>Source: <c>librosa.beat.beat_track</c> of librosa 0.10.2 with its defaults, after D. Ellis, Beat Tracking by Dynamic
/// Programming (2007): tightness 100, weak beats at the ends left out.</remarks>
internal static class BeatTracker
{
    private const double Tightness = 100;

    /// <summary>The chain of beats starts where the score first reaches this share of the largest.</summary>
    private const double FirstBeatShare = 0.01;

    /// <summary>Finds the beats.</summary>
    /// <param name="strength"><see cref="OnsetStrength.Median"/>.</param>
    /// <param name="sampleRate">Samples per second of the signal.</param>
    /// <param name="hop">Samples between frames.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>Beats per minute, or 0 where nothing begins; and the beats' frames in ascending order.</returns>
    public static (double Tempo, IReadOnlyList<int> Beats) Track(
        ReadOnlySpan<float> strength,
        int sampleRate,
        int hop,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hop);
        // One frame has no spread to scale by.
        if (strength.Length < 2 || !strength.ContainsAnyExcept(0f))
        {
            return (0, []);
        }

        double tempo = TempoEstimator.Estimate(strength, sampleRate, hop, cancellationToken);
        double period = Math.Round((double)sampleRate / hop * 60 / tempo);
        double[] score = Smooth(Scale(strength), (int)period);
        (int[] previous, double[] total) = Chain(score, period);
        List<int> beats = [];
        for (int frame = LastBeat(total); frame >= 0; frame = previous[frame])
        {
            beats.Add(frame);
        }

        beats.Reverse();
        return (tempo, Trim(score, beats));
    }

    private static double[] Scale(ReadOnlySpan<float> strength)
    {
        double mean = 0,
            squares = 0;
        foreach (float value in strength)
        {
            mean += value;
        }

        mean /= strength.Length;
        foreach (float value in strength)
        {
            squares += (value - mean) * (value - mean);
        }

        double deviation = Math.Sqrt(squares / (strength.Length - 1));
        double[] scaled = new double[strength.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = strength[i] / (deviation + SmallestNormalSingle);
        }

        return scaled;
    }

    private const double SmallestNormalSingle = 1.1754943508222875e-38;

    /// <summary>Spreads each onset over its neighbours, by a bell 1/32 of a period wide.</summary>
    private static double[] Smooth(double[] strength, int period)
    {
        double[] bell = [.. Enumerable.Range(-period, (2 * period) + 1).Select(at => Math.Exp(-0.5 * Math.Pow(at * 32.0 / period, 2)))];
        double[] smooth = new double[strength.Length];
        for (int frame = 0; frame < smooth.Length; frame++)
        {
            int first = Math.Max(0, frame + period - strength.Length + 1),
                end = Math.Min(frame + period, bell.Length);
            for (int tap = first; tap < end; tap++)
            {
                smooth[frame] += bell[tap] * strength[frame + period - tap];
            }
        }

        return smooth;
    }

    /// <summary>For each frame, the best score of a chain of beats that ends there, and the beat before it; -1 for none.</summary>
    private static (int[] Previous, double[] Total) Chain(double[] score, double period)
    {
        int[] previous = new int[score.Length];
        double[] total = new double[score.Length];
        double least = FirstBeatShare * score.Max();
        bool begun = false;
        for (int frame = 0; frame < score.Length; frame++)
        {
            double best = double.NegativeInfinity;
            int before = -1;
            int nearest = frame - (int)Math.Round(period / 2),
                farthest = Math.Max(0, frame - (int)(2 * period));
            for (int at = nearest; at >= farthest; at--)
            {
                double deviation = Math.Log(frame - at) - Math.Log(period);
                double sum = total[at] - (Tightness * deviation * deviation);
                if (sum > best)
                {
                    (best, before) = (sum, at);
                }
            }

            total[frame] = before >= 0 ? score[frame] + best : score[frame];
            begun |= score[frame] >= least;
            previous[frame] = begun ? before : -1;
        }

        return (previous, total);
    }

    /// <summary>The last local maximum that is at least half as good as the median one.</summary>
    private static int LastBeat(double[] total)
    {
        int[] peaks =
        [
            .. Enumerable
                .Range(1, total.Length - 1)
                .Where(at => total[at] > total[at - 1] && (at == total.Length - 1 || total[at] >= total[at + 1])),
        ];
        if (peaks.Length == 0)
        {
            return total.Length - 1;
        }

        double[] heights = [.. peaks.Select(at => total[at]).Order()];
        double median = (heights[(heights.Length - 1) / 2] + heights[heights.Length / 2]) / 2;
        return peaks.LastOrDefault(at => total[at] >= 0.5 * median, total.Length - 1);
    }

    /// <summary>Leaves out the beats at either end that stand where the score is below half of its root mean square over the
    /// beats.</summary>
    private static List<int> Trim(double[] score, List<int> beats)
    {
        // The inner part of a Hann window of five; its ends are 0.
        ReadOnlySpan<double> bell = [0.5, 1, 0.5];
        double squares = 0;
        // The window reaches two beats past either end.
        for (int at = 0; at < beats.Count + 2; at++)
        {
            double sum = 0;
            for (int tap = -1; tap <= 1; tap++)
            {
                sum += at + tap >= 0 && at + tap < beats.Count ? bell[tap + 1] * score[beats[at + tap]] : 0;
            }

            squares += sum * sum;
        }

        double threshold = 0.5 * Math.Sqrt(squares / (beats.Count + 2));
        int first = Array.FindIndex(score, value => value > threshold),
            last = Array.FindLastIndex(score, value => value > threshold);
        return beats.FindAll(frame => frame >= first && frame <= last);
    }
}
