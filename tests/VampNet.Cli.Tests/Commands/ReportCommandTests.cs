using VampNet.TestSupport;
using VampNet.Validation.Reports;

namespace VampNet.Cli.Tests;

public sealed class ReportCommandTests(ExportedModels models) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Report_BeforeAndAfterVerification_ExitsWithThreeThenZero()
    {
        CapturedTerminal.Outcome before = await ReportAsync();

        Assert.Equal(ExitCode.ParityFailed, before.ExitCode);
        Assert.StartsWith("Not verified", before.Output, StringComparison.Ordinal);

        await CapturedTerminal.RunAsync("verify", models.Models, "--checkpoints", Golden.Path("micro"));
        CapturedTerminal.Outcome after = await ReportAsync("--input", models.Sound);

        Assert.Equal(ExitCode.Done, after.ExitCode);
        Assert.StartsWith("Passed: all 4 graphs", after.Output, StringComparison.Ordinal);
        Assert.EndsWith("report.html\n", after.Output, StringComparison.Ordinal);
        RunReport report = ReportJson.Read(File.ReadAllText(_folder.At("out/report.json")));
        Assert.Equal(3, report.Clips.Length);
        Assert.Contains("<audio", File.ReadAllText(_folder.At("out/report.html")), StringComparison.Ordinal);
        Assert.StartsWith("# models\n\nPassed", File.ReadAllText(_folder.At("out/report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_NoRuns_IsWrongUsage() => Assert.Equal(ExitCode.WrongUsage, (await ReportAsync("--runs", "0")).ExitCode);

    public void Dispose() => _folder.Dispose();

    private Task<CapturedTerminal.Outcome> ReportAsync(params string[] more) =>
        CapturedTerminal.RunAsync(["report", models.Models, "--out", _folder.At("out"), "--runs", "1", .. more]);
}
