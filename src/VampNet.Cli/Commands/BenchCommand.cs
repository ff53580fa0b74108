using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VampNet.Cli.Display;
using VampNet.Inference.Inputs;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;
using VampNet.Reporting;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Validation.Folders;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet bench DIR</c>: how fast exported graphs are on this machine.</summary>
internal sealed class BenchCommand : ToolCommand
{
    private readonly Argument<FileInfo> _path = new("PATH")
    {
        Description = "A graph (.onnx) from any exporter, or a folder of exported graphs with its manifest.json.",
    };
    private readonly Option<FileInfo> _against = new("--against")
    {
        HelpName = "PATH",
        Description = "Time in turns with this graph, which has the same inputs, or with the graphs of the same names in this folder.",
    };
    private readonly JudgeOnOption _judgeOn = new("Absent: the graphs are only timed.");
    private readonly GoalOption _goal = new($"Exits with {ExitCode.ParityFailed} when a graph misses it.");
    private readonly OutputKindOption _outputKind = new();
    private readonly BenchmarkOptions _plan;
    private readonly InputOptions _inputs = new();
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Times a graph at several sizes and by operator; for a folder, every graph and the music they make together.";

    public BenchCommand(Terminal terminal)
        : base(
            terminal,
            "bench",
            Summary,
            "vampnet bench models/demo",
            "vampnet bench models/demo --against models/demo-dynamic --json",
            "vampnet bench models/demo --provider cuda",
            "vampnet bench models/demo/coarse.onnx --against models/demo-int8/coarse.onnx",
            "vampnet bench detector.onnx --input \"image:[1,3,H=320,W=320]\"",
            "vampnet bench unet.onnx --against unet-int8.onnx --output-kind image --goal \"psnr>=40\"",
            "vampnet bench models/demo --against models/demo-dynamic --judge-on music --goal \"nll<=+0.005\""
        )
    {
        _plan = new BenchmarkOptions(terminal);
        Add(_path);
        Add(_against);
        Add(_judgeOn.Option);
        Add(_goal.Option);
        Add(_outputKind.Option);
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
        JudgedMusic? music = _judgeOn.Read(arguments);
        QualityGoal? goal = _goal.Read(arguments);
        if (File.Exists(path))
        {
            if (music is not null)
            {
                throw new UsageException($"Option {_judgeOn.Option.Name} judges folders of VampNet graphs; name a folder, not a graph.");
            }

            if ((goal is not null || _outputKind.IsGiven(arguments)) && arguments.GetValue(_against) is null)
            {
                throw new UsageException(
                    $"Give {_goal.Option.Name} and {_outputKind.Option.Name} together with {_against.Name}, the graph to judge."
                );
            }

            return await RunFileAsync(arguments, path, goal, cancellationToken).ConfigureAwait(false);
        }

        if (_outputKind.IsGiven(arguments))
        {
            throw new UsageException($"Option {_outputKind.Option.Name} says what a single graph gives; name a graph, not a folder.");
        }

        ImmutableArray<InputSpec> specs = _inputs.Read(arguments);
        if (!specs.IsEmpty)
        {
            throw new UsageException("Options --input and --input-file say what a single graph takes; name a graph, not a folder.");
        }

        var folder = new ModelFolder(path);
        if ((music is not null && arguments.GetValue(_against) is null) || (goal is not null && music is null))
        {
            throw new UsageException(
                $"Give {_judgeOn.Option.Name} together with {_against.Name}, the graphs to judge, "
                    + $"and {_goal.Option.Name} together with {_judgeOn.Option.Name}."
            );
        }

        OtherGraphs[] others = arguments.GetValue(_against) is { } other
            ? [OtherGraphs.Find(new ModelFolder(other.FullName), folder.ReadManifest().Models.Values.Select(model => model.Graph))]
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
        ImmutableArray<QuantizedGraph> judged = music is null
            ? []
            : await Terminal
                .ShowProgressAsync(progress =>
                    Task.Run(() => Judge(arguments, folder, music, new Steps(progress, "judging"), cancellationToken), cancellationToken)
                )
                .ConfigureAwait(false);
        ImmutableArray<RoundTripLoss> roundTrips = music is null
            ? []
            : await RoundTripCheck
                .MeasureAsync(folder, [new ModelFolder(arguments.GetValue(_against)!.FullName)], music, plan.Threads, cancellationToken)
                .ConfigureAwait(false);
        ImmutableArray<GoalMiss> misses = QuantizedGraphs.Missing(goal, judged);
        if (arguments.GetValue(_json))
        {
            JsonNode json = JsonSerializer.SerializeToNode(report, CliJson.Default.BenchmarkReport)!;
            json["judged"] = JsonSerializer.SerializeToNode(judged, CliJson.Default.ImmutableArrayQuantizedGraph);
            json["round_trips"] = JsonSerializer.SerializeToNode(roundTrips, CliJson.Default.ImmutableArrayRoundTripLoss);
            json["goal_misses"] = JsonSerializer.SerializeToNode(misses, CliJson.Default.ImmutableArrayGoalMiss);
            Terminal.WriteJson(writer => json.WriteTo(writer));
        }
        else
        {
            Show(report);
            Show(judged, music);
            if (!roundTrips.IsEmpty)
            {
                Terminal.Output.WriteLine();
                Terminal.WriteTable(ReportTable.RoundTripColumns, ReportTable.RoundTripRows(roundTrips));
            }

            foreach (GoalMiss miss in misses)
            {
                Terminal.Output.WriteLine($"MISSED: {miss}");
            }
        }

        return misses.IsEmpty ? ExitCode.Done : ExitCode.ParityFailed;
    }

    private ImmutableArray<QuantizedGraph> Judge(
        ParseResult arguments,
        ModelFolder folder,
        JudgedMusic music,
        Steps steps,
        CancellationToken cancellationToken
    )
    {
        var other = new ModelFolder(arguments.GetValue(_against)!.FullName);
        ReportRequest request = new()
        {
            Quantized = [other],
            JudgedOn = music,
            Benchmark = _plan.Read(arguments),
        };
        return QuantizedGraphs.Judge(folder, ReportedModel.Of(folder.ReadManifest()), request, steps, cancellationToken);
    }

    private void Show(ImmutableArray<QuantizedGraph> judged, JudgedMusic? music)
    {
        foreach (QuantizedGraph graph in judged)
        {
            Terminal.Output.WriteLine();
            if (graph.Loss.Likelihood is { } likelihood)
            {
                Terminal.WriteTable(LikelihoodTable.Columns, LikelihoodTable.Rows(likelihood));
            }

            Terminal.WriteFacts([
                ("judged", $"{graph.Folder}/{graph.File} on {music!.Description}"),
                .. QuantizationDisplay.Facts(graph.Loss),
            ]);
        }
    }

    private async Task<int> RunFileAsync(ParseResult arguments, string path, QualityGoal? goal, CancellationToken cancellationToken)
    {
        string? against = arguments.GetValue(_against)?.FullName;
        if (against is not null && !File.Exists(against))
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {against}",
                expected: "a graph (.onnx) to compare the first with"
            );
        }

        InputProfile profile = ExportedInputs.ProfileOf(path) with { Specs = _inputs.Read(arguments) };
        ImmutableArray<int> extents = _plan.GivenFrames(arguments);
        BenchmarkPlan plan = _plan.Read(arguments) with { OutputKind = _outputKind.Read(arguments) };
        FileBenchmarkReport report = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(
                    () => FileBenchmark.Run(path, against, profile, extents, plan, new Steps(progress), cancellationToken),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        double? measured = goal is null ? null : report.Measure(goal);
        bool misses = measured is { } value && !goal!.IsMetBy(value);
        if (arguments.GetValue(_json))
        {
            JsonNode json = JsonSerializer.SerializeToNode(report, CliJson.Default.FileBenchmarkReport)!;
            json["goal_misses"] = misses ? new JsonArray(JsonValue.Create($"{goal}")) : new JsonArray();
            Terminal.WriteJson(writer => json.WriteTo(writer));
            return misses ? ExitCode.ParityFailed : ExitCode.Done;
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
        ShowLoss(report);
        if (misses)
        {
            Terminal.Output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"MISSED: {goal}: {report.Graphs[^1].File} has {measured:0.######}")
            );
        }

        return misses ? ExitCode.ParityFailed : ExitCode.Done;
    }

    private void ShowLoss(FileBenchmarkReport report)
    {
        if (report.Incomparable is { } reason)
        {
            Terminal.WriteFacts(("outputs", $"not compared: found {reason}"));
        }
        else if (report is { Loss: { } loss, Output: { } output })
        {
            Terminal.WriteFacts([
                ("output", $"{output.Kind.ToString().ToLowerInvariant()}: {output.Reason}"),
                .. QuantizationDisplay.Facts(loss),
            ]);
        }
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

    private sealed class Steps(IProgress<ProgressStep> steps, string action = "timing") : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"{action} {value.File}", value.Fraction));
    }
}
