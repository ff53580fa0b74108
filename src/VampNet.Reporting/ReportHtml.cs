using System.Collections.Immutable;
using System.Globalization;
using VampNet.Inference.Comparison;
using VampNet.Quantization.Judging;
using VampNet.Reporting.Baselines;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sections;
using VampNet.Reporting.Sound;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>Reports as one HTML page that needs nothing beside it: no network, no script, sound and pictures inside.</summary>
public static class ReportHtml
{
    private static readonly string Style = HtmlText.Resource("report.css");

    /// <summary>The report as a page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="clips">The clips that <see cref="RunReport.Clips"/> describes, in that order.</param>
    public static string Write(RunReport report, ImmutableArray<ReportClip> clips)
    {
        ArgumentNullException.ThrowIfNull(report);
        HtmlText page = HtmlText.Page($"{report.Name}: VampNet models", Style, "img-src data:; media-src data:");
        page.Markup(
            $"""
            <header>
            <h1>{HtmlText.Escape(report.Name)}</h1>
            <p class="verdict {(report.Passed ? "good" : "bad")}">{HtmlText.Escape(report.Verdict)}</p>
            <p class="origin">{HtmlText.Escape(
                $"{report.Tool}, opset {report.Opset}, target {report.Target}. Licence of the weights: {report.WeightLicense}."
            )}</p>
            </header>
            <main>
            """
        );
        Tiles(page, report);
        if (!report.Comparisons.IsEmpty)
        {
            page.Section("baseline", "Against the baseline")
                .Table(MetricComparison.Columns, report.Comparisons.Select(each => each.Cells()))
                .EndSection();
        }

        ModelSection.Write(page, report);
        ModelSection.WriteLedger(page, report);
        ParitySection.Write(page, report.Verification);
        QuantizationSection.Write(page, report);
        SizeSection.Write(page, report);
        TimeSection.Write(page, report.Benchmark);
        SoundSection.Write(page, report, clips);
        page.Section("skipped", "Left out");
        page.Facts(report.Skipped.Select(each => (each.Part, each.Reason)).DefaultIfEmpty(("nothing", "the report is whole"))).EndSection();
        page.Section("machine", "Machine").Facts(ReportTable.MachineFacts(report)).EndSection();
        return page.Markup("</main>\n</body>\n</html>").ToString();
    }

    private static void Tiles(HtmlText page, RunReport report)
    {
        MusicTimes? fastest = report.Benchmark.Music.MinBy(music => music.RealTimeFactor);
        (string Value, string Label)? smallest = report
            .Quantized.GroupBy(graph => graph.Folder)
            .OrderBy(ShareOfSize)
            .Select(folder => ((string, string)?)(Show(ShareOfSize(folder), "0%"), $"of the size: {folder.Key}{SameTokens(folder)}"))
            .FirstOrDefault();
        (string Value, string Label)?[] tiles =
        [
            (
                $"{report.Verification.Verdicts.Count(verdict => verdict.Passed)} of {report.Verification.Graphs.Length}",
                "graphs within budget"
            ),
            (Tokens(report.Verification), "tokens as TorchSharp chooses"),
            (VerdictTable.FormatBytes(report.Verification.Graphs.Sum(graph => graph.Bytes)), "in all graphs, float32"),
            smallest,
            fastest is null ? null : ($"{Show(1 / fastest.RealTimeFactor, "0.0")}x", $"real time, audio to audio: {fastest.Models}"),
            (VerdictTable.FormatBytes(report.Benchmark.PeakMemoryBytes), "peak memory while measuring"),
        ];
        page.Markup("<div class=\"tiles\">");
        foreach ((string value, string label) in tiles.OfType<(string, string)>())
        {
            page.Markup($"<div><b>{HtmlText.Escape(value)}</b>{HtmlText.Escape(label)}</div>");
        }

        page.Markup("</div>");
    }

    private static double ShareOfSize(IEnumerable<QuantizedGraph> folder) =>
        (double)folder.Sum(graph => graph.BytesAfter) / folder.Sum(graph => graph.BytesBefore);

    private static string SameTokens(IEnumerable<QuantizedGraph> folder)
    {
        CodeLikelihood[] likelihoods = [.. folder.Select(graph => graph.Loss.Likelihood).OfType<CodeLikelihood>()];
        if (likelihoods.Length > 0)
        {
            double cost = likelihoods.Sum(each => each.All.Difference * each.All.Tokens) / likelihoods.Sum(each => each.All.Tokens);
            return $", {LikelihoodTable.Signed(cost)} nats a token";
        }

        TokenAgreement[] tokens = [.. folder.Where(graph => graph.Loss.Kind == OutputKind.Logits).Select(graph => graph.Loss.Tokens!)];
        return tokens.Length == 0
            ? ""
            : $", {Show(1 - ((double)tokens.Sum(each => each.Disagreements) / tokens.Sum(each => each.Positions)), "0.0%")} of "
                + "generated tokens the same";
    }

    private static string Tokens(VerificationReport report)
    {
        TokenAgreement[] all = [.. report.Verdicts.Select(verdict => verdict.Tokens).OfType<TokenAgreement>()];
        return all.Length == 0 ? "-" : Show(1 - ((double)all.Sum(each => each.Disagreements) / all.Sum(each => each.Positions)), "0.####%");
    }

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
