using VampNet.Runtime.Randomness;
using VampNet.Runtime.Rhythm;

namespace VampNet.Runtime.Masks;

/// <summary>Combines masks in upstream's order, for the draws depend on it (<c>Interface.build_mask</c> and the web page's beat
/// mask).</summary>
public static class MaskBuilder
{
    /// <summary>
    /// Builds the mask of one piece: random AND prefix and suffix AND periodic AND onsets; then dropout, kept codebooks, upper codebooks;
    /// then AND beats, and the upper codebooks once more.
    /// </summary>
    /// <param name="codebooks">C.</param>
    /// <param name="frames">T.</param>
    /// <param name="options">Options of the mask: the parts to keep.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="draws">Source of random numbers.</param>
    /// <param name="rhythm">Onsets and beats found in the input, where the options ask for them; null for none.</param>
    /// <returns>[1,C,T].</returns>
    public static TokenGrid<bool> Build(
        int codebooks,
        int frames,
        MaskOptions options,
        TokenRate rate,
        IRandomDraws draws,
        RhythmAnalysis? rhythm = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        TokenGrid<bool> mask = MaskFunctions.LinearRandom(1, codebooks, frames, options.RandomIntensity, draws);
        mask = MaskFunctions.And(
            mask,
            MaskFunctions.Inpaint(1, codebooks, frames, rate.ToFrames(options.PrefixSeconds), rate.ToFrames(options.SuffixSeconds))
        );
        mask = MaskFunctions.And(
            mask,
            MaskFunctions.RolledPeriodic(1, codebooks, frames, options.PeriodicPrompt, options.PeriodicPromptWidth, draws)
        );
        if (options.OnsetTimes.Count > 0)
        {
            mask = MaskFunctions.And(
                mask,
                MaskFunctions.AroundTimes(1, codebooks, frames, options.OnsetTimes, rate, options.OnsetMaskWidth, options.OnsetMaskWidth)
            );
        }

        if (rhythm?.Onsets.Count > 0)
        {
            mask = MaskFunctions.And(
                mask,
                MaskFunctions.AroundFrames(1, codebooks, frames, rhythm.Onsets, options.OnsetMaskWidth, options.OnsetMaskWidth)
            );
        }

        mask = MaskFunctions.Dropout(mask, options.Dropout, draws);
        mask = MaskFunctions.CodebookUnmask(mask, options.ConditioningCodebooks);
        mask = MaskFunctions.CodebookMask(mask, options.UpperCodebookMask);
        if (options.BeatTimes.Count > 0)
        {
            mask = MaskFunctions.And(
                mask,
                MaskFunctions.AroundTimes(1, codebooks, frames, options.BeatTimes, rate, 0, rate.ToFrames(options.BeatMaskSeconds))
            );
            mask = MaskFunctions.CodebookMask(mask, options.UpperCodebookMask);
        }

        if (rhythm?.Beats.Count > 0)
        {
            mask = MaskFunctions.And(
                mask,
                MaskFunctions.AroundFrames(1, codebooks, frames, rhythm.Beats, 0, rate.ToFrames(options.BeatMaskSeconds))
            );
            mask = MaskFunctions.CodebookMask(mask, options.UpperCodebookMask);
        }

        return mask;
    }
}
