using VampNet.Runtime.Masks;
using VampNet.Runtime.Randomness;
using VampNet.Runtime.Rhythm;

namespace VampNet.Runtime.Tests.Masks;

public sealed class MaskBuilderTests
{
    private static readonly TokenRate Rate = new(100, 10);

    [Fact]
    public void Build_Defaults_PromptEverySeventhFrameOfThreeCodebooks()
    {
        TokenGrid<bool> mask = MaskBuilder.Build(4, 14, new MaskOptions(), Rate, Draws(4 * 14, 3));

        Assert.Equal(["11101111110111", "11101111110111", "11101111110111", "11111111111111"], Rows(mask));
    }

    [Fact]
    public void Build_EveryOption_CombinesInUpstreamsOrder()
    {
        MaskOptions options = new()
        {
            PrefixSeconds = 0.2,
            SuffixSeconds = 0.1,
            PeriodicPrompt = 5,
            PeriodicPromptWidth = 3,
            Dropout = 0.2,
            ConditioningCodebooks = 1,
            UpperCodebookMask = 3,
            OnsetTimes = [0.7],
            OnsetMaskWidth = 1,
            BeatTimes = [0.3],
            BeatMaskSeconds = 0.1,
        };

        TokenGrid<bool> mask = MaskBuilder.Build(4, 10, options, Rate, Draws(4 * 10, 0, 9, 7));

        // Kept: prefix 0-1, suffix 9, prompts 0-1 and 4-6, onset 6-7; dropout frees 9 and 7; the beat at 3 is kept below codebook 3.
        Assert.Equal(["0000000000", "0010000111", "0010000111", "1111111111"], Rows(mask));
    }

    [Fact]
    public void Build_FoundRhythm_IsTheMaskOfTheSameTimes()
    {
        MaskOptions options = new()
        {
            PeriodicPrompt = 0,
            UpperCodebookMask = 2,
            OnsetMaskWidth = 2,
            BeatMaskSeconds = 0.2,
        };

        TokenGrid<bool> found = MaskBuilder.Build(3, 12, options, Rate, Draws(3 * 12), new RhythmAnalysis([1, 6], [9]));
        TokenGrid<bool> given = MaskBuilder.Build(3, 12, options with { OnsetTimes = [0.1, 0.6], BeatTimes = [0.9] }, Rate, Draws(3 * 12));

        Assert.Equal(["000100001001", "000100001001", "111111111111"], Rows(given));
        Assert.Equal(Rows(given), Rows(found));
    }

    [Fact]
    public void Build_SameSeed_SameMask()
    {
        MaskOptions options = new() { RandomIntensity = 0.5f, Dropout = 0.3 };

        bool[] first = MaskBuilder.Build(4, 100, options, Rate, new SeededDraws(5)).Values;

        Assert.Equal(first, MaskBuilder.Build(4, 100, options, Rate, new SeededDraws(5)).Values);
        Assert.NotEqual(first, MaskBuilder.Build(4, 100, options, Rate, new SeededDraws(6)).Values);
    }

    private static ListedDraws Draws(int uniforms, params int[] integers) => new([.. Enumerable.Repeat(0.5f, uniforms)], integers);

    private static string[] Rows(TokenGrid<bool> mask) =>
        [.. mask.Values.Chunk(mask.Frames).Select(row => string.Concat(row.Select(masked => masked ? '1' : '0')))];
}
