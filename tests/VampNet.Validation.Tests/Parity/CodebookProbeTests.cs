using System.Collections.Immutable;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class CodebookProbeTests
{
    // Two frames, three codebooks of rows of two.
    private static readonly float[] Expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    private static readonly long[] Codes = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void Compare_EqualCodes_TakesEveryFrameOfEachCodebook()
    {
        float[] actual = [1, 2, 3, 4.5f, 5, 6, 7, 8, 9, 10, 11, 11];

        ImmutableArray<LayerDifference> differences = CodebookProbe.Compare(Expected, actual, Codes, Codes, 3, 2);

        Assert.Equal(
            [
                new LayerDifference("quantizer.quantizers.0.latents", 0, 0, 8),
                new LayerDifference("quantizer.quantizers.1.latents", 0.125, 0.5, 10),
                new LayerDifference("quantizer.quantizers.2.latents", 0.25, 1, 12),
            ],
            differences
        );
    }

    [Fact]
    public void Compare_AnotherCodeInAFrame_LeavesOutWhatComesBehindIt()
    {
        float[] actual = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5f, 99, 99];

        ImmutableArray<LayerDifference> differences = CodebookProbe.Compare(Expected, actual, Codes, [1, 2, 3, 4, 0, 9], 3, 2);

        Assert.Equal([0, 0.5, 0], differences.Select(each => each.WorstAbsoluteError));
        Assert.Equal([8, 10, 6], differences.Select(each => each.LargestExpected));
    }

    [Fact]
    public void Compare_NoFrameLeft_ClaimsNothingMore() =>
        Assert.Equal(
            ["quantizer.quantizers.0.latents"],
            CodebookProbe.Compare(Expected, Expected, Codes, [0, 2, 3, 0, 5, 6], 3, 2).Select(each => each.Layer)
        );
}
