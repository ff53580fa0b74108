using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Validation;
using VampNet.Validation.Benchmarking;

namespace VampNet.Cli;

/// <summary><c>vampnet bench DIR</c>: how fast exported graphs are on this machine.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private static readonly BenchmarkPlan Defaults = new();

    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "Folder of exported graphs, with its manifest.json." };
    private readonly Option<DirectoryInfo> _against = new("--against") { HelpName = "DIR", Description = "Another folder, such as of quantized graphs: those that both have are timed in turns." };
    private readonly Option<int[]> _frames = new("--frames") { HelpName = "T", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. Defaults.Frames], Description = "Token frames of the inputs." };
    private readonly Option<int> _runs = new("--runs") { HelpName = "N", DefaultValueFactory = _ => Defaults.Repetitions, Description = "Timed runs of each input." };
    private readonly Option<double> _music = new("--music") { HelpName = "SECONDS", DefaultValueFactory = _ => Defaults.MusicSeconds, Description = "Music to time the whole pipeline on; 0 to leave it out." };
    private readonly Option<int> _threads = new("--threads") { HelpName = "N", Description = "Threads for one operator; 0 for one a core." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public BenchCommand(Terminal terminal)
        : base(terminal, "bench", "Times every graph at several lengths, and the music they make together.", "vampnet bench models/demo", "vampnet bench models/demo --against models/demo-dynamic --json")
    {
        _frames.Validators.Add(result => Require(result.GetValueOrDefault<int[]>() is { Length: > 0 } frames && frames.All(each => each > 0), result.AddError, "--frames takes numbers from 1."));
        _runs.Validators.Add(result => Require(result.GetValueOrDefault<int>() > 0, result.AddError, "--runs takes a number from 1."));
        _music.Validators.Add(result => Require(result.GetValueOrDefault<double>() is >= 0 and < 3600, result.AddError, "--music takes 0 to 3600 seconds."));
        Add(_folder);
        foreach (Option option in (Option[])[_against, _frames, _runs, _music, _threads, _json])
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = new ModelFolder(arguments.GetRequiredValue(_folder).FullName);
        ModelFolder? against = arguments.GetValue(_against) is { } other ? new ModelFolder(other.FullName) : null;
        BenchmarkPlan plan = Defaults with
        {
            Frames = [.. arguments.GetRequiredValue(_frames).Order()],
            Repetitions = arguments.GetValue(_runs),
            MusicSeconds = arguments.GetValue(_music),
            Threads = arguments.GetValue(_threads),
        };
        BenchmarkReport report = await Terminal.ShowProgressAsync(progress => Task.Run(
            () => FolderBenchmark.Run(folder, plan, against, new Steps(progress), cancellation), cancellation)).ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(writer => JsonSerializer.Serialize(writer, report, CliJson.Default.BenchmarkReport));
        }
        else
        {
            Show(report);
        }

        return ExitCode.Done;
    }

    private void Show(BenchmarkReport report)
    {
        Terminal.WriteTable(BenchmarkTable.Columns, BenchmarkTable.Rows(report));
        if (!report.Ratios.IsEmpty)
        {
            Terminal.Output.WriteLine();
            Terminal.WriteTable(BenchmarkTable.RatioColumns, BenchmarkTable.RatioRows(report));
        }

        if (report.Music is { } music)
        {
            Terminal.Output.WriteLine();
            Terminal.WriteTable(BenchmarkTable.StageColumns, BenchmarkTable.StageRows(music));
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{music.Seconds:0.00} s of music, {music.CoarseSteps} coarse steps, {music.FineSteps} c2f steps"));
        }

        Terminal.Output.WriteLine();
        Terminal.WriteFacts(BenchmarkTable.Facts(report));
    }

    private static void Require(bool holds, Action<string> refuse, string message)
    {
        if (!holds)
        {
            refuse($"Option {message}");
        }
    }

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"timing {value.File}", value.Fraction));
    }
}
