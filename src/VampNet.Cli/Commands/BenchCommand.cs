using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Inference.Inputs;
using VampNet.Reporting.Benchmarking;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet bench DIR</c>: how fast exported graphs are on this machine.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private readonly Argument<FileInfo> _path = new("PATH")
    {
        Description = "A graph (.onnx) of any maker, or a folder of exported graphs with its manifest.json.",
    };
    private readonly Option<FileInfo> _against = new("--against")
    {
        HelpName = "PATH",
        Description =
            "Another graph with the same inputs, or another folder, such as of quantized graphs: what both have is timed in turns.",
    };
    private readonly BenchmarkOptions _plan;
    private readonly InputOptions _inputs = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    public BenchCommand(Terminal terminal)
        : base(
            terminal,
            "bench",
            "Times a graph at several sizes and by operator; of a folder, every graph and the music they make together.",
            "vampnet bench models/demo",
            "vampnet bench models/demo --against models/demo-dynamic --json",
            "vampnet bench models/demo --provider cuda",
            "vampnet bench models/demo/coarse.onnx --against models/demo-int8/coarse.onnx",
            "vampnet bench detector.onnx --input \"image:[1,3,H=320,W=320]\""
        )
    {
        _plan = new BenchmarkOptions(terminal);
        Add(_path);
        Add(_against);
        _plan.AddTo(this);
        foreach (Option option in _inputs.All)
        {
            Add(option);
        }

        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string path = arguments.GetRequiredValue(_path).FullName;
        if (File.Exists(path))
        {
            return await RunFileAsync(arguments, path, cancellationToken).ConfigureAwait(false);
        }

        ImmutableArray<InputSpec> specs = _inputs.Read(arguments);
        if (!specs.IsEmpty)
        {
            throw new UsageException("Options --input and --input-file say what a single graph takes; name a graph, not a folder.");
        }

        var folder = new ModelFolder(path);
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

    private async Task<int> RunFileAsync(ParseResult arguments, string path, CancellationToken cancellationToken)
    {
        string? against = arguments.GetValue(_against)?.FullName;
        if (against is not null && !File.Exists(against))
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {against}",
                expected: "a graph (.onnx), as the first is one"
            );
        }

        InputProfile profile = ExportedInputs.ProfileOf(path) with { Specs = _inputs.Read(arguments) };
        ImmutableArray<int> extents = _plan.GivenFrames(arguments);
        BenchmarkPlan plan = _plan.Read(arguments);
        FileBenchmarkReport report = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(
                    () =>
                        FileBenchmark.Run(
                            path,
                            against,
                            profile,
                            extents,
                            plan,
                            new FileSteps(progress, Path.GetFileName(path)),
                            cancellationToken
                        ),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(writer => JsonSerializer.Serialize(writer, report, CliJson.Default.FileBenchmarkReport));
            return ExitCode.Done;
        }

        Terminal.WriteTable(BenchmarkTable.FileColumns, BenchmarkTable.FileRows(report));
        if (!report.Ratios.IsEmpty)
        {
            Terminal.Output.WriteLine();
            Terminal.WriteTable(BenchmarkTable.FileRatioColumns, BenchmarkTable.FileRatioRows(report));
        }

        Terminal.Output.WriteLine();
        Terminal.WriteTable(BenchmarkTable.OperatorColumns, BenchmarkTable.OperatorRows(report));
        Terminal.Output.WriteLine();
        Terminal.WriteFacts(BenchmarkTable.FileFacts(report));
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

    private sealed class FileSteps(IProgress<ProgressStep> steps, string name) : IProgress<double>
    {
        public void Report(double value) => steps.Report(new ProgressStep($"timing {name}", value));
    }

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"timing {value.File}", value.Fraction));
    }
}
