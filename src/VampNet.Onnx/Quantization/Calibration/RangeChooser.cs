namespace VampNet.Onnx.Quantization.Calibration;

/// <summary>Chooses an activation's range from the histogram of its values.</summary>
public static class RangeChooser
{
    /// <summary>The share of values that <see cref="CalibrationMethod.Percentile"/> lets saturate on either side.</summary>
    public const double PercentileTail = 1e-5;

    // Thresholds on the magnitude are tried in these steps of the largest one, down to an eighth of it.
    private const int ThresholdSteps = 64;
    private const int QuantizedLevels = 256;

    /// <summary>The range.</summary>
    /// <exception cref="ArgumentException">The histogram is empty.</exception>
    public static ActivationRange Choose(ActivationHistogram histogram, CalibrationMethod method)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        if (histogram.Count == 0)
        {
            throw new ArgumentException("The histogram has seen no value.", nameof(histogram));
        }

        ActivationRange full = new(histogram.Minimum, histogram.Maximum);
        return method switch
        {
            _ when histogram.BinWidth == 0 => full,
            CalibrationMethod.Percentile => Percentile(histogram, full),
            CalibrationMethod.Entropy => Search(histogram, full, Divergence),
            CalibrationMethod.MeanSquaredError => Search(histogram, full, SquaredError),
            _ => full,
        };
    }

    private static ActivationRange Percentile(ActivationHistogram histogram, ActivationRange full)
    {
        double tail = histogram.Count * PercentileTail;
        int low = 0;
        for (long below = 0; below + histogram.Counts[low] <= tail; low++)
        {
            below += histogram.Counts[low];
        }

        int high = ActivationHistogram.BinCount - 1;
        for (long above = 0; above + histogram.Counts[high] <= tail; high--)
        {
            above += histogram.Counts[high];
        }

        return new ActivationRange(
            Math.Max(full.Minimum, (float)histogram.LowerEdge(low)),
            Math.Min(full.Maximum, (float)histogram.LowerEdge(high + 1))
        );
    }

    private static ActivationRange Search(
        ActivationHistogram histogram,
        ActivationRange full,
        Func<ActivationHistogram, ActivationRange, double> cost
    )
    {
        ActivationRange best = full;
        double bestCost = cost(histogram, full);
        for (int step = ThresholdSteps - 1; step >= ThresholdSteps / 8; step--)
        {
            float threshold = Math.Max(-full.Minimum, full.Maximum) * step / ThresholdSteps;
            ActivationRange candidate = new(Math.Max(full.Minimum, -threshold), Math.Min(full.Maximum, threshold));
            double candidateCost = cost(histogram, candidate);
            if (candidateCost < bestCost)
            {
                (best, bestCost) = (candidate, candidateCost);
            }
        }

        return best;
    }

    private static double SquaredError(ActivationHistogram histogram, ActivationRange range)
    {
        double low = Math.Min(0, range.Minimum);
        double high = Math.Max(0, range.Maximum);
        double step = (high - low) / (QuantizedLevels - 1);
        double error = 0;
        for (int bin = 0; bin < ActivationHistogram.BinCount; bin++)
        {
            long count = histogram.Counts[bin];
            if (count > 0)
            {
                double value = histogram.LowerEdge(bin) + (histogram.BinWidth / 2);
                double beyond = value - Math.Clamp(value, low, high);
                error += count * ((beyond * beyond) + (beyond == 0 ? step * step / 12 : 0));
            }
        }

        return error;
    }

    // Kullback-Leibler divergence of the observed distribution, with saturated values counted at its ends, from the same distribution in
    // 256 levels.
    private static double Divergence(ActivationHistogram histogram, ActivationRange range)
    {
        double low = Math.Min(0, range.Minimum);
        double high = Math.Max(0, range.Maximum);
        double step = (high - low) / (QuantizedLevels - 1);
        double[] mass = new double[QuantizedLevels];
        int[] occupied = new int[QuantizedLevels];
        for (int bin = 0; bin < ActivationHistogram.BinCount; bin++)
        {
            if (histogram.Counts[bin] > 0 && Level(bin, out bool saturated) is var level)
            {
                mass[level] += saturated ? 0 : histogram.Counts[bin];
                occupied[level] += saturated ? 0 : 1;
            }
        }

        double inside = mass.Sum();
        double divergence = 0;
        for (int bin = 0; bin < ActivationHistogram.BinCount; bin++)
        {
            if (histogram.Counts[bin] > 0)
            {
                int level = Level(bin, out bool saturated);
                double observed = (double)histogram.Counts[bin] / histogram.Count;
                double told = saturated || inside == 0 ? double.Epsilon : mass[level] / occupied[level] / inside;
                divergence += observed * Math.Log(observed / Math.Max(told, 1e-12));
            }
        }

        return divergence;

        int Level(int bin, out bool saturated)
        {
            double value = histogram.LowerEdge(bin) + (histogram.BinWidth / 2);
            saturated = value < low - step || value > high + step;
            return Math.Clamp((int)Math.Round((value - low) / step), 0, QuantizedLevels - 1);
        }
    }
}
