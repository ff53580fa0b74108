using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Masks;

/// <summary>
/// The masks of upstream's <c>vampnet.mask</c> (hugofloresgarcia/vampnet at 72e2675). A mask is [B,C,T]; true means "generate this
/// token anew". Every function returns a new grid.
/// </summary>
public static class MaskFunctions
{
    /// <summary>Everything is generated.</summary>
    public static TokenGrid<bool> Full(int batch, int codebooks, int frames)
    {
        TokenGrid<bool> mask = new(batch, codebooks, frames);
        mask.Values.AsSpan().Fill(true);
        return mask;
    }

    /// <summary>Each token is generated with probability <paramref name="intensity"/>, 0 to 1. Takes one uniform draw of B*C*T
    /// values.</summary>
    public static TokenGrid<bool> LinearRandom(int batch, int codebooks, int frames, float intensity, IRandomDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfNegative(intensity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(intensity, 1);
        TokenGrid<bool> mask = new(batch, codebooks, frames);
        float[] uniforms = new float[mask.Values.Length];
        draws.FillUniforms(uniforms);
        for (int index = 0; index < uniforms.Length; index++)
        {
            mask.Values[index] = uniforms[index] < intensity;
        }

        return mask;
    }

    /// <summary>The first <paramref name="prefix"/> and last <paramref name="suffix"/> frames stay; the rest is generated.</summary>
    public static TokenGrid<bool> Inpaint(int batch, int codebooks, int frames, int prefix, int suffix)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(prefix);
        ArgumentOutOfRangeException.ThrowIfNegative(suffix);
        return ByFrame(Full(batch, codebooks, frames), (frame, masked) => masked && frame >= prefix && frame < (long)frames - suffix);
    }

    /// <summary>
    /// Of every <paramref name="period"/> frames one stays, with <paramref name="width"/> / 2 (rounded down) neighbours on either side: a
    /// width of 3 and one of 2 keep 3 frames. Period 0 keeps none.
    /// </summary>
    public static TokenGrid<bool> Periodic(int batch, int codebooks, int frames, int period, int width = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(period);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        TokenGrid<bool> mask = Full(batch, codebooks, frames);
        if (period == 0)
        {
            return mask;
        }

        int reach = width / 2;
        return ByFrame(
            mask,
            (frame, _) =>
            {
                int before = frame % period,
                    after = period - before;
                return before > reach && (after > reach || (long)frame + after >= frames);
            }
        );
    }

    /// <summary><see cref="Periodic"/>, rolled by a random offset of 0 to period - 1 frames. Takes one integer draw unless the period is
    /// 0.</summary>
    public static TokenGrid<bool> RolledPeriodic(int batch, int codebooks, int frames, int period, int width, IRandomDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        TokenGrid<bool> mask = Periodic(batch, codebooks, frames, period, width);
        return period == 0 ? mask : TokenGrid.Roll(mask, draws.NextInteger(period));
    }

    /// <summary>Of every <paramref name="factor"/> frames of a stretched piece the first stays.</summary>
    public static TokenGrid<bool> TimeStretch(int batch, int codebooks, int frames, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        return Periodic(batch, codebooks, frames, factor);
    }

    /// <summary>Keeps the frames from <paramref name="before"/> ahead of each time, up to <paramref name="after"/> behind it; the rest is
    /// generated.</summary>
    /// <param name="batch">B.</param>
    /// <param name="codebooks">C.</param>
    /// <param name="frames">T.</param>
    /// <param name="times">Seconds: beats or onsets. Times outside the piece have no effect.</param>
    /// <param name="rate">Turns a time into its frame.</param>
    /// <param name="before">Frames kept ahead of that frame.</param>
    /// <param name="after">Frames kept from that frame on, itself included.</param>
    public static TokenGrid<bool> AroundTimes(
        int batch,
        int codebooks,
        int frames,
        IReadOnlyList<double> times,
        TokenRate rate,
        int before,
        int after
    )
    {
        ArgumentNullException.ThrowIfNull(times);
        int[] centres = [.. times.Where(time => time >= 0 && time <= rate.ToSeconds(frames)).Select(rate.ToFrames)];
        return AroundFrames(batch, codebooks, frames, centres, before, after);
    }

    /// <summary>Keeps the frames from <paramref name="before"/> ahead of each of <paramref name="centres"/>, up to <paramref name="after"/>
    /// behind it; the rest is generated.</summary>
    /// <param name="batch">B.</param>
    /// <param name="codebooks">C.</param>
    /// <param name="frames">T.</param>
    /// <param name="centres">Frames: beats or onsets, 0 or more. Those outside the piece have no effect beyond their surroundings.</param>
    /// <param name="before">Frames kept ahead of that frame.</param>
    /// <param name="after">Frames kept from that frame on, itself included.</param>
    public static TokenGrid<bool> AroundFrames(int batch, int codebooks, int frames, IReadOnlyList<int> centres, int before, int after)
    {
        ArgumentNullException.ThrowIfNull(centres);
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        bool[] kept = new bool[frames];
        foreach (int centre in centres)
        {
            int start = Math.Clamp(centre - before, 0, frames),
                end = (int)Math.Min((long)centre + after, frames);
            kept.AsSpan(start, Math.Max(0, end - start)).Fill(true);
        }

        return ByFrame(Full(batch, codebooks, frames), (frame, _) => !kept[frame]);
    }

    /// <summary>The codebooks from <paramref name="first"/> on are generated whole; the others follow <paramref name="mask"/>.</summary>
    public static TokenGrid<bool> CodebookMask(TokenGrid<bool> mask, int first) => WithCodebooks(mask, first, int.MaxValue, true);

    /// <summary>The first <paramref name="count"/> codebooks stay whole; the others follow <paramref name="mask"/>.</summary>
    public static TokenGrid<bool> CodebookUnmask(TokenGrid<bool> mask, int count) => WithCodebooks(mask, 0, count, false);

    /// <summary>Generates floor(T * <paramref name="share"/>) randomly chosen frames whole, with repetition. Takes one integer draw for
    /// each.</summary>
    public static TokenGrid<bool> Dropout(TokenGrid<bool> mask, double share, IRandomDraws draws)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        bool[] dropped = new bool[mask.Frames];
        for (int count = (int)(mask.Frames * share); count > 0; count--)
        {
            dropped[draws.NextInteger(mask.Frames)] = true;
        }

        return ByFrame(mask, (frame, masked) => masked || dropped[frame]);
    }

    /// <summary>Generates a token where both masks do; tokens that either keeps are kept.</summary>
    public static TokenGrid<bool> And(TokenGrid<bool> first, TokenGrid<bool> second) => Combine(first, second, static (a, b) => a && b);

    /// <summary>Generates a token where either mask does.</summary>
    public static TokenGrid<bool> Or(TokenGrid<bool> first, TokenGrid<bool> second) => Combine(first, second, static (a, b) => a || b);

    private static TokenGrid<bool> WithCodebooks(TokenGrid<bool> mask, int first, int end, bool value)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(end);
        TokenGrid<bool> result = mask.Clone();
        for (int batch = 0; batch < mask.Batch; batch++)
        {
            for (int codebook = first; codebook < Math.Min(end, mask.Codebooks); codebook++)
            {
                result.Row(batch, codebook).Fill(value);
            }
        }

        return result;
    }

    private static TokenGrid<bool> ByFrame(TokenGrid<bool> mask, Func<int, bool, bool> decide)
    {
        TokenGrid<bool> result = mask.Clone();
        for (int index = 0; index < result.Values.Length; index++)
        {
            result.Values[index] = decide(index % mask.Frames, mask.Values[index]);
        }

        return result;
    }

    private static TokenGrid<bool> Combine(TokenGrid<bool> first, TokenGrid<bool> second, Func<bool, bool, bool> decide)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if ((first.Batch, first.Codebooks, first.Frames) != (second.Batch, second.Codebooks, second.Frames))
        {
            throw new ArgumentException(
                $"Masks of [{first.Batch},{first.Codebooks},{first.Frames}] and "
                    + $"[{second.Batch},{second.Codebooks},{second.Frames}] do not combine.",
                nameof(second)
            );
        }

        return new TokenGrid<bool>(first.Batch, first.Codebooks, first.Frames, [.. first.Values.Zip(second.Values, decide)]);
    }
}
