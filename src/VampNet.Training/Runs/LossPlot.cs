using System.Globalization;
using System.Text;

namespace VampNet.Training.Runs;

/// <summary>Draws training and held-out losses over the steps as SVG.</summary>
internal static class LossPlot
{
    private const double Width = 800,
        Height = 400,
        Margin = 50;

    /// <summary>Draws.</summary>
    /// <param name="losses">Step and loss of each step, ascending.</param>
    /// <param name="heldOut">Step and mean held-out loss of each measurement, ascending.</param>
    public static string Draw(IReadOnlyList<(double Step, double Loss)> losses, IReadOnlyList<(double Step, double Loss)> heldOut)
    {
        (double Step, double Loss)[] all = [.. losses.Concat(heldOut).Where(point => double.IsFinite(point.Loss))];
        double steps = Math.Max(1, all.Select(point => point.Step).DefaultIfEmpty(1).Max());
        double least = Math.Floor(all.Select(point => point.Loss).DefaultIfEmpty(0).Min() * 10) / 10;
        double most = Math.Max(least + 0.1, Math.Ceiling(all.Select(point => point.Loss).DefaultIfEmpty(1).Max() * 10) / 10);
        StringBuilder svg = new();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n"
        );
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int tick = 0; tick <= 4; tick++)
        {
            double loss = least + ((most - least) * tick / 4);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path d=\"M{Margin} {Y(loss):0.#}H{Width - Margin}\" stroke=\"#ddd\"/><text x=\"8\" "
                    + $"y=\"{Y(loss) + 4:0.#}\">{loss:0.00}</text>\n"
            );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{X(steps * tick / 4):0.#}\" y=\"{Height - 25}\" text-anchor=\"middle\">{steps * tick / 4:0}</text>\n"
            );
        }

        Line(losses, "#9ab");
        Line(heldOut, "#c30");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin}\" y=\"{Height - 8}\" fill=\"#678\">training, nats per token</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Margin + 180}\" y=\"{Height - 8}\" fill=\"#c30\">held out</text>\n</svg>\n");
        return svg.ToString();

        double X(double step) => Margin + (step / steps * (Width - (2 * Margin)));
        double Y(double loss) => Height - Margin - ((loss - least) / (most - least) * (Height - (2 * Margin)));
        void Line(IReadOnlyList<(double Step, double Loss)> points, string colour)
        {
            // More points than pixels only make the file large: each point stands for the mean of as many steps.
            int group = Math.Max(1, points.Count / (int)Width);
            IEnumerable<string> path = points
                .Where(point => double.IsFinite(point.Loss))
                .Chunk(group)
                .Select(chunk =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{X(chunk.Average(point => point.Step)):0.#} {Y(chunk.Average(point => point.Loss)):0.#}"
                    )
                );
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<polyline points=\"{string.Join(' ', path)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>\n"
            );
        }
    }
}
