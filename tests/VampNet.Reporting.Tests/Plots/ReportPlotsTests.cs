using System.Text.RegularExpressions;
using VampNet.Reporting.Plots;

namespace VampNet.Reporting.Tests.Plots;

public sealed partial class ReportPlotsTests
{
    private static readonly WeightShare[] ManyParts =
    [
        .. Enumerable.Range(1, 20).Select(i => new WeightShare("demo", "coarse.onnx", $"part {i}", "float", i, i * 1_000_000)),
    ];

    [Fact]
    public void LargestParts_AsManyAsColours_AreAllNamed() =>
        Assert.Equal(
            Enumerable.Range(0, PlotCanvas.Colours).Select(i => $"part {PlotCanvas.Colours - i}"),
            ReportPlots.LargestParts(ManyParts[..PlotCanvas.Colours])
        );

    [Fact]
    public void LargestParts_MoreThanColours_EndInTheOthers()
    {
        string[] parts = ReportPlots.LargestParts(ManyParts);

        Assert.Equal(PlotCanvas.Colours, parts.Length);
        Assert.Equal(["part 20", "part 19"], parts[..2]);
        Assert.Equal("others", parts[^1]);
    }

    [Fact]
    public void Sizes_PartsWithoutAName_AreDrawnAsOne()
    {
        string[] parts = ["part 2", "others"];

        Assert.Equal(
            Bars([ManyParts[1], ManyParts[2] with { Part = "others" }], parts),
            Bars(
                [ManyParts[1], ManyParts[0] with { Part = "a", Bytes = 1_000_000 }, ManyParts[0] with { Part = "b", Bytes = 2_000_000 }],
                parts
            )
        );
    }

    [Fact]
    public void Plots_OfAnyReport_GiveEachPartAColourOfItsOwn()
    {
        string page = ReportHtml.Write(ReportSamples.Whole with { Weights = [.. ManyParts] }, []);
        string[][] keys = [.. Key().Matches(page).Select(key => Colour().Matches(key.Value).Select(colour => colour.Value).ToArray())];

        Assert.Contains(keys, key => key.Length == PlotCanvas.Colours);
        Assert.All(keys, key => Assert.Equal(key.Distinct(), key));
    }

    private static string[] Bars(WeightShare[] weights, string[] parts) =>
        [.. Filled().Matches(ReportPlots.Sizes(weights, parts)).Select(bar => bar.Value)];

    [GeneratedRegex("<rect[^>]* fill=\"#[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Filled();

    [GeneratedRegex("<ul class=\"key\">.*?</ul>")]
    private static partial Regex Key();

    [GeneratedRegex("#[0-9a-f]{6}")]
    private static partial Regex Colour();
}
