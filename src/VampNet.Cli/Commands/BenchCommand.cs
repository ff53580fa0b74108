using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet bench DIR</c>: how fast exported graphs are on this machine.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "Folder of exported graphs, with its manifest.json." };
    private readonly Option<DirectoryInfo> _against = new("--against")
    {
        HelpName = "DIR",
        Description = "Another folder, such as of quantized graphs: those that both have are timed in turns.",
    };
    private readonly BenchmarkOptions _plan;
    private readonly Option<bool> _json = SharedOptions.Json();

    public BenchCommand(Terminal terminal)
        : base(
            terminal,
            "bench",
            "Times every graph at several lengths, and the music they make together.",
            "vampnet bench models/demo",
            "vampnet bench models/demo --against models/demo-dynamic --json",
            "vampnet bench models/demo --provider cuda"
        )
    {
        _plan = new BenchmarkOptions(terminal);
        Add(_folder);
        Add(_against);
        _plan.AddTo(this);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = new ModelFolder(arguments.GetRequiredValue(_folder).FullName);
        OtherGraphs[] others = arguments.GetValue(_against) is { } other
            ? [OtherGraphs.Of(new ModelFolder(other.FullName), folder.ReadManifest().Models.Values.Select(model => model.Graph))]
            : [];
        BenchmarkPlan plan = _plan.Read(arguments);
        // Where the nodes run is the same at every length: the shortest costs least.
        plan = plan with
        {
            ProfiledFrames = plan.Frames[0],
        };
        BenchmarkReport report = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(() => FolderBenchmark.Run(folder, plan, others, new Steps(progress), cancellationToken), cancellationToken)
            )
            .ConfigureAwait(false);
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

        if (report.Music is [var music, ..])
        {
            Terminal.Output.WriteLine();
            Terminal.WriteTable(BenchmarkTable.StageColumns, BenchmarkTable.StageRows(report.Music));
            Terminal.Output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{music.Seconds:0.00} s of music, {music.CoarseSteps} coarse steps, {music.FineSteps} c2f steps"
                )
            );
        }

        Terminal.Output.WriteLine();
        Terminal.WriteTable(BenchmarkTable.ProviderColumns, BenchmarkTable.ProviderRows(report));
        Terminal.Output.WriteLine();
        Terminal.WriteFacts(BenchmarkTable.Facts(report));
    }

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"timing {value.File}", value.Fraction));
    }
}
