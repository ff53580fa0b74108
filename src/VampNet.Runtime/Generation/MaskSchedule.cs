namespace VampNet.Runtime.Generation;

/// <summary>The number of tokens that stay masked after each step: a quarter of a cosine.</summary>
/// <remarks>Source: upstream <c>vampnet.mask._gamma</c> and <c>VampNet.generate</c>. Single precision decides where the floor
/// falls.</remarks>
public static class MaskSchedule
{
    private const float Least = 1e-10f;

    /// <summary>cos(<paramref name="progress"/> * pi / 2), at least 1e-10, for a progress of 0 to 1.</summary>
    public static float Gamma(float progress)
    {
        float angle = progress * MathF.PI / 2;
        return Math.Max((float)Math.Cos(angle), Least);
    }

    /// <summary>The tokens to mask in one row after a step.</summary>
    /// <param name="step">0 to <paramref name="steps"/> - 1.</param>
    /// <param name="steps">Forward passes in all.</param>
    /// <param name="initiallyMasked">MASK tokens before the first step, in the whole batch.</param>
    /// <param name="stillMasked">MASK tokens of this row before this step.</param>
    /// <returns>0 after the last step; else 1 up to one fewer than before, but never under 1.</returns>
    public static int CountToMask(int step, int steps, int initiallyMasked, int stillMasked)
    {
        int scheduled = (int)MathF.Floor(Gamma(Progress(step, steps)) * initiallyMasked);
        return step == steps - 1 ? scheduled : Math.Max(1, Math.Min(stillMasked - 1, scheduled));
    }

    /// <summary>Share of the steps that are done after a step.</summary>
    internal static float Progress(int step, int steps) => (float)((step + 1) / (double)steps);
}
