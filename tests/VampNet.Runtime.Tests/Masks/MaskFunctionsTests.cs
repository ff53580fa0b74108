using VampNet.Runtime.Masks;

namespace VampNet.Runtime.Tests.Masks;

public sealed class MaskFunctionsTests : IDisposable
{
    private const int C = 14,
        T = 50;

    private readonly GoldenTensors _golden = new("tiny/masks.safetensors");

    public void Dispose() => _golden.Dispose();

    [Theory]
    [InlineData(7, 1)]
    [InlineData(3, 1)]
    [InlineData(13, 3)]
    [InlineData(5, 4)]
    [InlineData(1, 1)]
    [InlineData(0, 1)]
    public void Periodic_GoldenSettings_EqualsUpstream(int period, int width) =>
        Equal($"periodic_p{period}_w{width}", MaskFunctions.Periodic(1, C, T, period, width));

    [Theory]
    [InlineData(5, 9)]
    [InlineData(0, 4)]
    public void Inpaint_GoldenSettings_EqualsUpstream(int prefix, int suffix) =>
        Equal($"inpaint_{prefix}_{suffix}", MaskFunctions.Inpaint(1, C, T, prefix, suffix));

    [Fact]
    public void CodebookMask_OverAPeriodicMask_EqualsUpstream() =>
        Equal("codebook_mask_3", MaskFunctions.CodebookMask(MaskFunctions.Periodic(1, C, T, 7), 3));

    [Fact]
    public void CodebookUnmask_OverAnInpaintMask_EqualsUpstream() =>
        Equal("codebook_unmask_4", MaskFunctions.CodebookUnmask(MaskFunctions.Inpaint(1, C, T, 5, 9), 4));

    [Fact]
    public void TimeStretch_ByThree_EqualsUpstream() => Equal("time_stretch_3", MaskFunctions.TimeStretch(1, C, T, 3));

    [Fact]
    public void Inpaint_LongerThanThePiece_KeepsAll() =>
        Assert.DoesNotContain(true, MaskFunctions.Inpaint(1, 2, 5, 0, int.MaxValue).Values);

    [Fact]
    public void CodebookMask_BeyondTheLast_ChangesNothing()
    {
        TokenGrid<bool> mask = MaskFunctions.Periodic(1, 3, 10, 4);

        Assert.Equal(mask.Values, MaskFunctions.CodebookMask(mask, 9).Values);
        Assert.DoesNotContain(true, MaskFunctions.CodebookUnmask(mask, 9).Values);
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(0.25f, 1)]
    [InlineData(0.5f, 2)]
    [InlineData(1f, 4)]
    public void LinearRandom_FourDraws_MasksThoseBelowTheIntensity(float intensity, int expected)
    {
        ListedDraws draws = new([0.2f, 0.4f, 0.6f, 0.999f], []);

        Assert.Equal(expected, MaskFunctions.LinearRandom(1, 2, 2, intensity, draws).Values.Count(masked => masked));
    }

    [Fact]
    public void RolledPeriodic_OffsetTwo_MovesThePromptsLater()
    {
        TokenGrid<bool> mask = MaskFunctions.RolledPeriodic(1, 1, 10, 4, 1, new ListedDraws([], [2]));

        Assert.Equal("0101110111", Text(mask));
        Assert.Equal("1111111111", Text(MaskFunctions.RolledPeriodic(1, 1, 10, 0, 1, new ListedDraws([], []))));
    }

    [Fact]
    public void Dropout_AThird_MasksThatManyDraws()
    {
        TokenGrid<bool> kept = new(1, 2, 6);

        Assert.Equal("000010000010", Text(MaskFunctions.Dropout(kept, 0.34, new ListedDraws([], [4, 4]))));
    }

    [Fact]
    public void AroundTimes_BeatsAndOnsets_KeepsTheirFrames()
    {
        // 10 frames a second: 0.15 s is frame 2, rounded up.
        TokenRate rate = new(100, 10);

        Assert.Equal("1100111111", Text(MaskFunctions.AroundTimes(1, 1, 10, [0.15], rate, 0, 2)));
        Assert.Equal("0111110000", Text(MaskFunctions.AroundTimes(1, 1, 10, [0, 0.8, 1.0, 7, -1], rate, 2, 1)));
    }

    [Fact]
    public void AndOr_TwoMasks_AreMinimumAndMaximum()
    {
        TokenGrid<bool> a = new(1, 1, 4, [false, false, true, true]),
            b = new(1, 1, 4, [false, true, false, true]);

        Assert.Equal("0001", Text(MaskFunctions.And(a, b)));
        Assert.Equal("0111", Text(MaskFunctions.Or(a, b)));
        Assert.Throws<ArgumentException>(() => MaskFunctions.And(a, new TokenGrid<bool>(1, 1, 5)));
    }

    private static string Text(TokenGrid<bool> mask) => string.Concat(mask.Values.Select(masked => masked ? '1' : '0'));

    private void Equal(string name, TokenGrid<bool> mask) => Assert.Equal(_golden.Mask(name).Values, mask.Values);
}
