namespace VampNet.Training.Optimization;

/// <summary>The learning rate by step: factor * width^-0.5 * min(n^-0.5, n * warmup^-1.5). Source: hugofloresgarcia/vampnet 72e2675,
/// <c>NoamScheduler</c>.</summary>
/// <param name="Width">The model width D.</param>
/// <param name="Warmup">The step with the highest rate; at least 1.</param>
/// <param name="Factor">Multiplies every rate.</param>
internal sealed record NoamSchedule(int Width, int Warmup, double Factor)
{
    /// <summary>The rate of a step.</summary>
    /// <param name="step">The step n, counted from 1.</param>
    public double Rate(long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return Factor * (Math.Pow(Width, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(Warmup, -1.5)));
    }
}
