using System.Globalization;
using System.Text;
using VampNet.Reporting.Baselines;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Verdicts;

namespace VampNet.Reporting;

/// <summary>Reports as a Markdown summary: the verdict and the main tables.</summary>
public static class ReportMarkdown
{
    /// <summary>The report as Markdown text.</summary>
    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {MarkdownTable.Escape(report.Name)}\n\n{report.Verdict}\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{report.Tool}, opset {report.Opset}, target {report.Target}, weights licensed "
                + $"{MarkdownTable.Escape(report.WeightLicense)}.\n\n"
        );
        if (!report.Comparisons.IsEmpty)
        {
            text.Append("## Against the baseline\n\n");
            MarkdownTable.Append(text, MetricComparison.Columns, report.Comparisons.Select(each => each.Cells()));
            text.Append("\n## What was made\n\n");
        }

        MarkdownTable.Append(text, VerdictTable.Columns, VerdictTable.Rows(report.Verification));
        if (!report.Quantized.IsEmpty)
        {
            text.Append("\n## Quantization\n\n");
            MarkdownTable.Append(text, ReportTable.QuantizedColumns, ReportTable.QuantizedRows(report));
            text.Append(CultureInfo.InvariantCulture, $"\n{MarkdownTable.Escape(ReportTable.AboutQuantized(report))}\n");
            if (report.Quantized.Any(graph => graph.Loss.Likelihood is not null))
            {
                text.Append('\n');
                MarkdownTable.Append(text, ReportTable.LikelihoodColumns, ReportTable.LikelihoodRows(report));
            }

            foreach (string warning in ReportTable.Warnings(report))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{MarkdownTable.Escape(warning)}\n");
            }
        }

        text.Append("\n## Size\n\n");
        MarkdownTable.Append(text, ReportTable.FormatColumns, ReportTable.FormatRows(report));
        text.Append("\n## Time\n\n");
        MarkdownTable.Append(text, BenchmarkTable.Columns, BenchmarkTable.Rows(report.Benchmark));
        if (!report.Benchmark.Ratios.IsEmpty)
        {
            text.Append('\n');
            MarkdownTable.Append(text, BenchmarkTable.RatioColumns, BenchmarkTable.RatioRows(report.Benchmark));
        }

        if (!report.Benchmark.Music.IsEmpty)
        {
            text.Append('\n');
            MarkdownTable.Append(text, BenchmarkTable.StageColumns, BenchmarkTable.StageRows(report.Benchmark.Music));
        }

        text.Append('\n');
        AppendFacts(text, BenchmarkTable.Facts(report.Benchmark));
        if (!report.Clips.IsEmpty)
        {
            text.Append("\n## Sound\n\n");
            MarkdownTable.Append(text, ReportTable.ClipColumns, ReportTable.ClipRows(report));
        }

        if (!report.RoundTrips.IsEmpty)
        {
            text.Append("\n## The codec on held-out music\n\n");
            MarkdownTable.Append(text, ReportTable.RoundTripColumns, ReportTable.RoundTripRows(report.RoundTrips));
            text.Append(CultureInfo.InvariantCulture, $"\n{MarkdownTable.Escape(ReportTable.AboutRoundTrips)}\n");
        }

        text.Append("\n## Left out\n\n");
        AppendFacts(text, report.Skipped.Select(each => (each.Part, each.Reason)).DefaultIfEmpty(("nothing", "the report is whole")));
        text.Append("\n## Machine\n\n");
        AppendFacts(text, ReportTable.MachineFacts(report));
        return text.ToString();
    }

    private static void AppendFacts(StringBuilder text, IEnumerable<(string Label, string Value)> facts)
    {
        foreach ((string label, string value) in facts)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {MarkdownTable.Escape(label)}: {MarkdownTable.Escape(value)}\n");
        }
    }
}
