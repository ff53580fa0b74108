using System.Text.RegularExpressions;
using VampNet.Cli.Tests.Music;
using VampNet.Models;
using VampNet.Reporting;
using VampNet.Reporting.Baselines;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class ReportCommandTests(ExportedModels models) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Report_NeverVerified_ExitsWithThree()
    {
        ModelFolder folder = new(_folder.At("models"));
        Directory.CreateDirectory(folder.Path);
        foreach (string file in Directory.EnumerateFiles(models.Models))
        {
            File.Copy(file, folder.At(Path.GetFileName(file)));
        }

        // Another test may have verified the shared export before.
        File.Delete(folder.At(ModelFiles.Verdicts));

        CapturedTerminal.Outcome outcome = await ReportAsync(folder.Path);

        Assert.Equal(ExitCode.ParityFailed, outcome.ExitCode);
        Assert.StartsWith("Not verified", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_Verified_WritesThePagesAndExitsWithZero()
    {
        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        CapturedTerminal.Outcome outcome = await ReportAsync(models.Models, "--input", models.Sound);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.StartsWith("Passed: all 4 graphs", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("report.html\n", outcome.Output, StringComparison.Ordinal);
        RunReport report = ReportJson.Read(File.ReadAllText(_folder.At("out/report.json")));
        Assert.Equal(3, report.Clips.Length);
        Assert.Contains("<audio", File.ReadAllText(_folder.At("out/report.html")), StringComparison.Ordinal);
        Assert.StartsWith("# models\n\nPassed", File.ReadAllText(_folder.At("out/report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_AgainstABaseline_HoldsUntilAPlantedRegression()
    {
        string baseline = _folder.At("baseline.json");
        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        await ReportAsync(models.Models, "--baseline", baseline);

        CapturedTerminal.Outcome held = await ReportAsync(models.Models, "--against", baseline);

        Assert.Equal(ExitCode.Done, held.ExitCode);
        Assert.EndsWith("8 of 8 metrics held, 0 regressed.\n", held.Output, StringComparison.Ordinal);

        Baseline smaller = Baseline.Parse(File.ReadAllText(baseline));
        smaller = smaller with
        {
            Metrics = [.. smaller.Metrics.Select(metric => metric.Name == "size c2f.onnx" ? metric with { Value = 1000 } : metric)],
        };
        File.WriteAllText(baseline, smaller.ToJson());
        CapturedTerminal.Outcome fallen = await ReportAsync(models.Models, "--against", baseline);

        Assert.Equal(ExitCode.ParityFailed, fallen.ExitCode);
        Assert.Matches(@"\| size c2f.onnx \| +1,000 \| +[\d,]+ \| 1% more +\| REGRESSED \|", fallen.Output);
        Assert.StartsWith("REGRESSED: 1 of 8 figures are worse than the baseline allows.", fallen.Output, StringComparison.Ordinal);
        Assert.Contains("<section id=\"baseline\">", File.ReadAllText(_folder.At("out/report.html")), StringComparison.Ordinal);
        Assert.Contains("\"outcome\": \"Regressed\"", File.ReadAllText(_folder.At("out/report.json")), StringComparison.Ordinal);
        Assert.EndsWith("7 of 8 metrics held, 1 regressed.\n", fallen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_FiguresOfQuantizedAndForeignGraphsFell_NamesEachAndExitsWithThree()
    {
        (string Metric, double Before)[] planted =
        [
            ("agreement dynamic/coarse.onnx", 1.1),
            ("size dynamic/coarse.onnx", 100),
            ("speed-up dynamic/coarse.onnx over models, T 3", 1e6),
            ("speed-up models/coarse.onnx over foreign, T 3", 1e6),
        ];
        string baseline = _folder.At("baseline.json");
        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        await CapturedTerminal.RunAsync(
            "quantize",
            Path.Combine(models.Models, "coarse.onnx"),
            _folder.At("dynamic/coarse.onnx"),
            "--judge",
            "0"
        );
        string[] options = ["--quantized", _folder.At("dynamic"), "--exporter", Golden.Path("foreign")];
        await ReportAsync(models.Models, [.. options, "--baseline", baseline]);
        var kept = Baseline.Parse(File.ReadAllText(baseline));
        Assert.Empty(planted.Select(each => each.Metric).Except(kept.Metrics.Select(each => each.Name)));
        // Those figures alone, for the other times of a busy machine may fall as well.
        Metric[] better =
        [
            .. planted.Select(each =>
                kept.Metrics.Single(metric => metric.Name == each.Metric) with
                {
                    Value = each.Before,
                    IsUnsound = false,
                }
            ),
        ];
        File.WriteAllText(baseline, (kept with { Metrics = [.. better] }).ToJson());

        CapturedTerminal.Outcome fallen = await ReportAsync(models.Models, [.. options, "--against", baseline]);

        Assert.Equal(ExitCode.ParityFailed, fallen.ExitCode);
        Assert.All(
            planted,
            each => Assert.Matches($@"\| {Regex.Escape(each.Metric)} +\| +[\d,.%]+ \| +[\d,.%]+ \| [^|]+ \| REGRESSED \|", fallen.Output)
        );
    }

    [Fact]
    public async Task Report_NoRuns_IsWrongUsage() =>
        Assert.Equal(ExitCode.WrongUsage, (await ReportAsync(models.Models, "--runs", "0")).ExitCode);

    public void Dispose() => _folder.Dispose();

    private Task<CapturedTerminal.Outcome> ReportAsync(string folder, params string[] more) =>
        CapturedTerminal.RunAsync([
            "report",
            folder,
            "--out",
            _folder.At("out"),
            "--frames",
            "3",
            "--runs",
            "1",
            "--music",
            "0.2",
            .. more,
        ]);
}
