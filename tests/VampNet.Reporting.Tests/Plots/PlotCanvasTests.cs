using System.Globalization;
using VampNet.Reporting.Plots;

namespace VampNet.Reporting.Tests.Plots;

public sealed class PlotCanvasTests
{
    /// <summary>WCAG 2.1's least contrast for what a picture must show.</summary>
    private const double LeastContrast = 3;

    /// <summary>About four times what is just seen to differ.</summary>
    private const double LeastDistance = 0.08;

    private static readonly double[][] Palette =
    [
        .. Enumerable.Range(0, PlotCanvas.Colours).Select(number => Linear(PlotCanvas.ColourOf(number))),
    ];

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#14171b")]
    public void ColourOf_AnyNumber_StandsOutFromThePage(string page)
    {
        double ground = Luminance(Linear(page));

        Assert.All(
            Palette,
            colour =>
                Assert.InRange(
                    (Math.Max(Luminance(colour), ground) + 0.05) / (Math.Min(Luminance(colour), ground) + 0.05),
                    LeastContrast,
                    21
                )
        );
    }

    [Fact]
    public void ColourOf_TwoNumbers_AreToldApart()
    {
        double[][] seen = [.. Palette.Select(Perceived)];
        foreach ((int i, double[] first) in seen.Index())
        {
            Assert.All(
                seen[(i + 1)..],
                second => Assert.True(Math.Sqrt(first.Zip(second, (a, b) => (a - b) * (a - b)).Sum()) >= LeastDistance)
            );
        }
    }

    private static double[] Linear(string css) =>
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i =>
                {
                    double value = int.Parse(css.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
                    return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
                }),
        ];

    private static double Luminance(double[] colour) => Dot(colour, 0.2126, 0.7152, 0.0722);

    // OKLab: equal distances look equally far apart. Source: Ottosson, A perceptual color space for image processing, 2020.
    private static double[] Perceived(double[] colour)
    {
        double[] cones =
        [
            Math.Cbrt(Dot(colour, 0.4122214708, 0.5363325363, 0.0514459929)),
            Math.Cbrt(Dot(colour, 0.2119034982, 0.6806995451, 0.1073969566)),
            Math.Cbrt(Dot(colour, 0.0883024619, 0.2817188376, 0.6299787005)),
        ];
        return
        [
            Dot(cones, 0.2104542553, 0.7936177850, -0.0040720468),
            Dot(cones, 1.9779984951, -2.4285922050, 0.4505937099),
            Dot(cones, 0.0259040371, 0.7827717662, -0.8086757660),
        ];
    }

    private static double Dot(double[] values, params ReadOnlySpan<double> weights) =>
        (values[0] * weights[0]) + (values[1] * weights[1]) + (values[2] * weights[2]);
}
