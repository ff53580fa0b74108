using System.Collections.Immutable;
using System.Globalization;
using VampNet.Validation.Benchmarking;

namespace VampNet.Validation.Reports;

/// <summary>Reports as one HTML page that needs nothing beside it: no network, no script, sound and pictures inside.</summary>
public static class ReportHtml
{
    private static readonly string Style = ReadStyle();

    /// <summary>The report as a page.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="clips">The clips that <see cref="RunReport.Clips"/> describes, in that order.</param>
    public static string Write(RunReport report, ImmutableArray<ReportClip> clips)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new HtmlText();
        page.Markup($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>{HtmlText.Escape(report.Name)}: VampNet models</title>
            <style>{Style}</style>
            </head>
            <body>
            <header>
            <h1>{HtmlText.Escape(report.Name)}</h1>
            <p class="verdict {(report.Verification.Passed ? "good" : "bad")}">{HtmlText.Escape(report.Verdict)}</p>
            </header>
            <main>
            """);
        Tiles(page, report);
        Models(page, report);
        Ledger(page, report);
        Parity(page, report);
        Quantization(page, report);
        Sizes(page, report);
        Time(page, report.Benchmark);
        Sound(page, report, clips);
        page.Section("skipped", "Left out");
        page.Facts(report.Skipped.Select(each => (each.Part, each.Reason)).DefaultIfEmpty(("nothing", "the report is whole"))).EndSection();
        page.Section("machine", "Machine").Facts(ReportTable.MachineFacts(report)).EndSection();
        return page.Markup("</main>\n</body>\n</html>").ToString();
    }

    private static void Tiles(HtmlText page, RunReport report)
    {
        (string Value, string Label)[] tiles =
        [
            ($"{report.Verification.Verdicts.Count(verdict => verdict.Passed)} of {report.Verification.Graphs.Length}", "graphs within budget"),
            (Tokens(report.Verification), "tokens as TorchSharp chooses"),
            (VerdictTable.FormatBytes(report.Verification.Graphs.Sum(graph => graph.Bytes)), "in all graphs"),
            (report.Benchmark.Music is { } music ? $"{(1 / music.RealTimeFactor).ToString("0.0", CultureInfo.InvariantCulture)}x" : "-", "real time, audio to audio"),
            (VerdictTable.FormatBytes(report.Benchmark.PeakMemoryBytes), "peak memory"),
        ];
        page.Markup("<div class=\"tiles\">");
        foreach ((string value, string label) in tiles)
        {
            page.Markup($"<div><b>{HtmlText.Escape(value)}</b>{HtmlText.Escape(label)}</div>");
        }

        page.Markup("</div>");
    }

    private static void Models(HtmlText page, RunReport report)
    {
        page.Section("configuration", "What was made, from what");
        page.Facts([("exported by", $"{report.Tool}, opset {report.Opset}, target {report.Target}"), ("licence of the weights", report.WeightLicense)]);
        page.Table(VerdictTable.Columns, VerdictTable.Rows(report.Verification));
        foreach (ReportedModel model in report.Models)
        {
            page.Markup($"<details><summary>{HtmlText.Escape(model.Name)}: configuration and provenance</summary>");
            page.Facts(
            [
                ("checkpoint SHA-256", model.CheckpointSha256),
                .. model.CodecSha256 is { } codec ? [("codec SHA-256", codec)] : Array.Empty<(string, string)>(),
                .. model.LoraSha256 is { } lora ? [("LoRA SHA-256", lora)] : Array.Empty<(string, string)>(),
                .. model.Configuration.Select(each => (each.Key, each.Value?.ToJsonString().Replace(",", ", ", StringComparison.Ordinal) ?? "null")),
            ]);
            page.Markup("</details>");
        }

        page.EndSection();
    }

    private static void Ledger(HtmlText page, RunReport report)
    {
        page.Section("ledger", "Where every checkpoint tensor went");
        page.Table(ReportTable.LedgerColumns, ReportTable.LedgerRows(report));
        IgnoredTensor[] ignored = [.. report.Ledgers.SelectMany(ledger => ledger.Ignored)];
        if (ignored.Length > 0)
        {
            page.Markup($"<details><summary>{ignored.Length} tensors left out, and why</summary>");
            page.Table(["tensor", "reason"], ignored.Select(each => (string[])[each.Tensor, each.Reason])).Markup("</details>");
        }

        page.EndSection();
    }

    private static void Parity(HtmlText page, RunReport report)
    {
        page.Section("parity", "Against TorchSharp, element by element");
        foreach (Budget budget in report.Verification.Verdicts.Select(verdict => verdict.Budget).Distinct())
        {
            string limit = budget.MaxAbsoluteError is { } error ? string.Create(CultureInfo.InvariantCulture, $"|difference| up to {error:0.0e+0}") : "tokens only";
            page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Budget {budget.Name}: {limit}, ties up to {budget.TieMargin:0.0e+0}. {budget.Reason}"));
        }

        if (report.Verification.Verdicts.Any(verdict => verdict.Worst is not null))
        {
            page.Markup($"<figure>{ReportPlots.Parity(report.Verification)}<figcaption>The worst element by length, on a logarithmic axis.</figcaption></figure>");
        }

        page.Table(ReportTable.ParityColumns, ReportTable.ParityRows(report.Verification)).EndSection();
    }

    private static void Quantization(HtmlText page, RunReport report)
    {
        page.Section("quantization", "Quantized against float32");
        if (report.Quantized.IsEmpty)
        {
            page.Paragraph("No quantized graphs were given.").EndSection();
            return;
        }

        page.Table(ReportTable.QuantizedColumns, ReportTable.QuantizedRows(report));
        page.Paragraph("Speed-up: median over turns of equal inputs, float32 time / quantized time; above 1 is faster. The turns' range says how far to trust it.").EndSection();
    }

    private static void Sizes(HtmlText page, RunReport report)
    {
        page.Section("sizes", "Size");
        page.Markup($"<figure>{ReportPlots.Sizes(report.Verification.Graphs)}<figcaption>Graph and external data on disk.</figcaption></figure>");
        page.Markup("<details><summary>Weights by part and format</summary>");
        page.Table(ReportTable.WeightColumns, ReportTable.WeightRows(report)).Markup("</details>").EndSection();
    }

    private static void Time(HtmlText page, BenchmarkReport benchmark)
    {
        page.Section("time", "Time on this machine");
        page.Markup($"<figure>{ReportPlots.Latency(benchmark)}<figcaption>Median latency by length, on a logarithmic axis.</figcaption></figure>");
        page.Table(BenchmarkTable.Columns, BenchmarkTable.Rows(benchmark));
        if (benchmark.Music is { } music)
        {
            page.Markup($"<figure>{ReportPlots.Stages(music)}<figcaption>{music.Seconds.ToString("0.00", CultureInfo.InvariantCulture)} s of music, {music.CoarseSteps} coarse steps, {music.FineSteps} c2f steps.</figcaption></figure>");
            page.Table(BenchmarkTable.StageColumns, BenchmarkTable.StageRows(music));
        }

        page.Facts(BenchmarkTable.Facts(benchmark)).EndSection();
    }

    private static void Sound(HtmlText page, RunReport report, ImmutableArray<ReportClip> clips)
    {
        page.Section("sound", "Sound");
        page.Markup("<div class=\"clips\">");
        foreach (ReportClip clip in clips)
        {
            page.Markup($"""
                <figure><figcaption>{HtmlText.Escape(clip.Label)}</figcaption>
                <img alt="log-mel spectrogram: {HtmlText.Escape(clip.Label)}" src="data:image/png;base64,{Convert.ToBase64String(SpectrogramPicture.Draw(clip.Spectrogram))}">
                <audio controls preload="metadata" src="data:audio/wav;base64,{Convert.ToBase64String(clip.ToWav())}"></audio></figure>
                """);
        }

        page.Markup("</div>");
        page.Table(ReportTable.ClipColumns, ReportTable.ClipRows(report));
        page.Paragraph("Spectrograms: 80 mel bands up to half the sample rate, -80 to 0 dB of full scale. The distance is that of a clip's spectrogram from the input's.").EndSection();
    }

    private static string Tokens(VerificationReport report)
    {
        TokenAgreement[] all = [.. report.Verdicts.Select(verdict => verdict.Tokens).OfType<TokenAgreement>()];
        return all.Length == 0 ? "-" : (1 - ((double)all.Sum(each => each.Disagreements) / all.Sum(each => each.Positions))).ToString("0.####%", CultureInfo.InvariantCulture);
    }

    private static string ReadStyle()
    {
        using Stream stream = typeof(ReportHtml).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
