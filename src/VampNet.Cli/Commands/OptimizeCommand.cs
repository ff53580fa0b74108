using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Cli.Music;
using VampNet.Files;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inspection;
using VampNet.Inference.Rewriting;
using VampNet.Onnx;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.Rewriting;
using VampNet.Validation.Inputs;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet optimize IN OUT</c>: right types, known shapes, fewer and better operators, for any ONNX file.</summary>
internal sealed class OptimizeCommand : ToolCommand
{
    // Beyond this a single file comes near the 2 GB that protobuf allows.
    private const long MostInline = 1L << 30;

    // Enough of a recording to be sure, and not so much that an attention over it takes gigabytes.
    private const int LongestChecked = 16384;
    private const int MostChecked = 4;

    private readonly Argument<FileInfo> _in = new("IN") { Description = "A graph from any exporter." };
    private readonly Argument<FileInfo> _out = new("OUT") { Description = "The graph to write." };
    private readonly Option<string> _target = new("--target")
    {
        DefaultValueFactory = _ => "portable",
        Description = "Use standard operators only, or ONNX Runtime's fused ones.",
    };
    private readonly Option<int?> _opset = NumberOption.WholeOrNone(
        "--opset",
        OpsetConverter.OldestOpset,
        OpsetConverter.NewestOpset,
        $"Convert the graph to version N of the standard operators, {OpsetConverter.OldestOpset} to {OpsetConverter.NewestOpset}; "
            + "a node without an exact counterpart there is refused. Absent: keep the graph's own, but raise an older one to "
            + $"{OpsetConverter.OldestOpset}, the oldest that ONNX Runtime runs."
    );
    private readonly Option<bool> _explain = new("--explain")
    {
        Description = "List the repairs, the rules that fired with place and number, and the near misses with the reason.",
    };
    private readonly Option<bool> _noCheck = new("--no-check", "--no-proof")
    {
        Description = "Write the graph without comparing it with the original in ONNX Runtime.",
    };
    private readonly InputOptions _inputs = new();
    private readonly Option<string> _checkOn = new("--check-on")
    {
        HelpName = "PATH",
        Description =
            "Check on this data first: WAV, .npz, .npy, .safetensors, ONNX test data (test_data_set_0), or a folder of them. Seeded "
            + "inputs fill up to four.",
    };
    private readonly Option<bool> _external = new("--external-data")
    {
        Description = "Write the weights to OUT.data; large graphs always do.",
    };
    private readonly FormatOption _format = new();
    private readonly ProviderOption _provider;
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Repairs a graph's types, infers its shapes, folds, cleans and fuses it, and checks on seeded inputs that it "
        + $"computes what the original does. Exits with {ExitCode.ParityFailed} when it does not, and with "
        + $"{ExitCode.Undecided} when that could not be decided; then nothing is written.";

    public OptimizeCommand(Terminal terminal)
        : base(
            terminal,
            "optimize",
            Summary,
            "vampnet optimize model.onnx model.optimized.onnx --target onnxruntime",
            "vampnet optimize model.onnx model.optimized.onnx --explain",
            "vampnet optimize old.onnx new.onnx --opset 20",
            "vampnet optimize detector.onnx fast.onnx --input \"image:float32[1,3,H=320,W=320]0..1\""
        )
    {
        _provider = new ProviderOption(terminal, isPrecise: true);
        _target.TakeOneOf("portable", "onnxruntime");
        _checkOn.RefuseBlank("a path");
        Add(_in);
        Add(_out);
        foreach (
            Option option in (Option[])
                [_target, _opset, _explain, _noCheck, .. _inputs.All, _checkOn, _external, _format.Option, .. _provider.All, _json]
        )
        {
            Add(option);
        }
    }

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        base.Outputs(arguments).SelectMany(output => (string[])[output, $"{output}.data", .. _format.Outputs(arguments, output)]);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        FileInfo input = arguments.GetRequiredValue(_in);
        if (!input.Exists)
        {
            throw new CommandException(CommandErrorIds.FileMissing, found: $"no file {input.FullName}", expected: "a graph (.onnx)");
        }

        string output = arguments.GetRequiredValue(_out).FullName;
        VerificationPlan plan = VerificationPlan.Default with { Provider = _provider.ReadSessions(arguments) };
        Optimization result = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(() => Optimize(arguments, input.FullName, output, plan, progress, cancellationToken), cancellationToken)
            )
            .ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(json => JsonSerializer.Serialize(json, result, CliJson.Default.Optimization));
        }
        else
        {
            Show(result, arguments.GetValue(_explain));
        }

        return ExitCodeOf(result.Check);
    }

    /// <summary>The exit code for a check; null for none. The graph is written if it is <see cref="ExitCode.Done"/>.</summary>
    internal static int ExitCodeOf(RewriteVerdict? check) =>
        check switch
        {
            null or { Passed: true } => ExitCode.Done,
            { IsDecided: true } => ExitCode.ParityFailed,
            _ => ExitCode.Undecided,
        };

    private Optimization Optimize(
        ParseResult arguments,
        string input,
        string output,
        VerificationPlan plan,
        IProgress<ProgressStep> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report(new ProgressStep("rewriting", 0));
        using Model model = ModelReader.Read(input);
        RewriteTarget target = arguments.GetValue(_target) == "portable" ? RewriteTarget.Portable : RewriteTarget.OnnxRuntime;
        OptimizationReport report = ModelOptimizer.Optimize(model, target, arguments.GetValue(_opset));
        cancellationToken.ThrowIfCancellationRequested();
        progress.Report(new ProgressStep("writing", 0.4));
        bool isExternal = arguments.GetValue(_external) || GraphInspection.Of(model).InitializerBytes > MostInline;
        using var files = new FileSet(output);
        string staged = files.Stage(files.First);
        files.Stage($"{files.First}.data");
        ModelWriter.Write(model, staged, isExternal ? new ExternalDataOptions() : null);
        RewriteVerdict? check = null;
        if (!arguments.GetValue(_noCheck))
        {
            progress.Report(new ProgressStep("checking", 0.6));
            check = RewriteCheck.Judge(
                input,
                staged,
                model,
                report.Rewrites.Effect,
                plan,
                CheckInputs(arguments, model),
                cancellationToken
            );
        }

        bool isWritten = ExitCodeOf(check) == ExitCode.Done;
        if (isWritten)
        {
            files.Publish();
            if (_format.IsOrt(arguments))
            {
                progress.Report(new ProgressStep("writing ONNX Runtime's format", 0.9));
                FormatOption.Write(output, cancellationToken);
            }
        }

        return new Optimization(isWritten ? output : null, report, check);
    }

    private RewriteCheckInputs CheckInputs(ParseResult arguments, Model model)
    {
        ImmutableArray<InputSpec> specs = _inputs.Read(arguments);
        if (arguments.GetValue(_checkOn) is not { } path)
        {
            return new RewriteCheckInputs { Specs = specs };
        }

        if (!File.Exists(path) && !Directory.Exists(path))
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file or folder {path}",
                expected: "data to check the graph on"
            );
        }

        SampleMaker maker = SampleMaker.For(model, ExportedInputs.ProfileOf(model) with { Specs = specs });
        return new RewriteCheckInputs { Specs = specs, Samples = [.. maker.FromFiles(path, LongestChecked).Take(MostChecked)] };
    }

    private void Show(Optimization result, bool explain)
    {
        RewriteReport rewrites = result.Report.Rewrites;
        if (explain)
        {
            foreach (string line in result.Report.Types.Repairs.Select(repair => repair.ToString()).Concat(Explain(rewrites.Records)))
            {
                Terminal.Output.WriteLine(line);
            }

            Terminal.Output.WriteLine();
        }

        IEnumerable<string> operators = rewrites.Before.Keys.Union(rewrites.After.Keys).Order(StringComparer.Ordinal);
        Terminal.WriteTable(
            ["operator", "before#", "after#"],
            [
                .. operators.Select(name => Row(name, rewrites.Before.GetValueOrDefault(name), rewrites.After.GetValueOrDefault(name))),
                Row("all", rewrites.NodesBefore, rewrites.NodesAfter),
            ]
        );
        Terminal.WriteFacts([
            .. result.Report.Opset is { } opset ? new[] { ("opset", opset.ToString()) } : [],
            ("repairs", result.Report.Types.Repairs.Length.ToString(CultureInfo.InvariantCulture)),
            ("effect", rewrites.Effect.ToString()),
            ("check", Describe(result.Check)),
            ("written", result.File ?? Unwritten(result.Check)),
        ]);
    }

    /// <summary>One line for each rule that fired and for each reason that a near miss had, with how often and where first; --json has them
    /// all.</summary>
    private static IEnumerable<string> Explain(IEnumerable<RewriteRecord> records) =>
        records
            .GroupBy(record => (record.Pass, record.Rule, record.Fired, record.Reason))
            .Select(group =>
                group.Count() is > 1 and var count
                    ? group.First() with
                    {
                        Node = $"{count} places, the first {group.First().Node}",
                    }
                    : group.First()
            )
            .OrderByDescending(record => record.Fired)
            .Select(record => record.ToString());

    private static string[] Row(string name, int before, int after) =>
        [name, before.ToString("N0", CultureInfo.InvariantCulture), after.ToString("N0", CultureInfo.InvariantCulture)];

    private static string Unwritten(RewriteVerdict? check) =>
        check is { IsDecided: false }
            ? "nothing: the graphs could not be compared. Specify the inputs with --input, or give data with --check-on; "
                + "--no-check writes the graph unchecked"
            : "nothing: the graphs differ";

    private static string Describe(RewriteVerdict? check) =>
        check switch
        {
            null => "not asked for",
            { IsDecided: false } => $"undecided: {check.Obstacle}",
            { Passed: false } => $"FAILED, budget {check.Budget.Name}: {check.Obstacle ?? $"{check.WorstOutput} at {check.Worst}"}",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"equal within {check.Budget.Name} on {string.Join("; ", check.Trials)}: worst "
                    + $"{check.Worst?.AbsoluteError ?? 0:0.0e+0} of {check.Budget.MaxAbsoluteError:0.0e+0}"
                    + $"{NonFinite(check)}{Repaired(check)}"
            ),
        };

    private static string Repaired(RewriteVerdict check) =>
        check.Repairs is { } repairs ? $"; the original was repaired first ({repairs}), since ONNX Runtime does not load it otherwise" : "";

    private static string NonFinite(RewriteVerdict check) =>
        check.EqualNonFinite == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; {check.EqualNonFinite:N0} elements are NaN or infinite in both");
}

/// <summary>The result of <c>optimize</c>.</summary>
/// <param name="File">The file written; null when the check failed or could not decide.</param>
/// <param name="Report">Repairs, rewrites and diagnostics.</param>
/// <param name="Check">The comparison with the original; null when it was not asked for.</param>
internal sealed record Optimization(string? File, OptimizationReport Report, RewriteVerdict? Check);
