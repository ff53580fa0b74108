using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using VampNet.Cli.Display;
using VampNet.Files;
using VampNet.Models;
using VampNet.Reporting;
using VampNet.Reporting.Baselines;
using VampNet.Reporting.Sound;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Validation.Folders;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet report DIR</c>: all measurements of a folder of models on one page, with sound.</summary>
internal sealed class ReportCommand : ToolCommand
{
    // The recording, the round trip, the vamp.
    private const int HeardInFloat32 = 3;

    private readonly Argument<DirectoryInfo> _folder = new("DIR")
    {
        Description = "Folder of exported graphs that vampnet verify has judged.",
    };
    private readonly Option<DirectoryInfo> _out = new("--out")
    {
        Required = true,
        HelpName = "DIR",
        Description = "Folder for report.html, report.json and report.md.",
    };
    private readonly Option<DirectoryInfo[]> _quantized = new("--quantized")
    {
        HelpName = "DIR",
        DefaultValueFactory = _ => [],
        Description = "Judge the quantized graphs in DIR, which have the originals' names. May be repeated.",
    };
    private readonly Option<DirectoryInfo[]> _tuned = new("--tuned")
    {
        HelpName = "DIR",
        DefaultValueFactory = _ => [],
        Description =
            "Vamp also with the fine-tuned models in DIR, which were exported after vampnet tune, so that the page has both to hear. May "
            + "be repeated.",
    };
    private readonly Option<DirectoryInfo> _exporter = new("--exporter")
    {
        HelpName = "DIR",
        Description = "Also time the graphs in DIR, which PyTorch's exporter made from the same checkpoints, in turns with ours.",
    };
    private readonly Option<FileInfo> _input = new("--input")
    {
        HelpName = "FILE",
        Description = "Run the models on this recording. Absent: seeded sound.",
    };
    private readonly Option<FileInfo> _settings = new("--settings")
    {
        HelpName = "FILE",
        Description = "Vamp with the settings that vampnet vamp saved beside its output. Absent: the defaults.",
    };
    private readonly Option<FileInfo> _spectrograms = new("--spectrograms")
    {
        HelpName = "FILE",
        Description = "Also write a PNG with the spectrograms of the recording, the codec's round trip and the vamp in float32.",
    };
    private readonly Option<FileInfo> _against = new("--against")
    {
        HelpName = "FILE",
        Description = $"Compare with this baseline; exits with {ExitCode.ParityFailed} when a figure is worse than it allows.",
    };
    private readonly Option<FileInfo> _baseline = new("--baseline")
    {
        HelpName = "FILE",
        Description = "Write the figures to FILE, as a baseline for later reports.",
    };
    private readonly JudgeOnOption _judgeOn = new(
        "Absent: music beside the graphs, where codec_encoder.onnx is there too; else seeded inputs."
    );
    private readonly GoalOption _goal = new($"Exits with {ExitCode.ParityFailed} when a graph misses it.");
    private readonly BenchmarkOptions _plan;

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Measures a folder of models and writes one offline page, with JSON and a Markdown summary beside it. Exits with "
        + $"{ExitCode.ParityFailed} when a graph exceeds its budget or has no verdict.";

    public ReportCommand(Terminal terminal)
        : base(
            terminal,
            "report",
            Summary,
            "vampnet report models/demo --out reports/demo",
            "vampnet report models/demo --quantized models/demo-dynamic --input song.wav --out reports/demo",
            "vampnet report models/demo --tuned models/mine --input song.wav --out reports/mine",
            "vampnet report models/demo --quantized models/demo-dynamic --judge-on music --goal \"nll<=+0.005\" --out reports/demo",
            "vampnet report models/demo --quantized models/demo-dynamic --against reports/baselines/demo.json --out reports/demo"
        )
    {
        _plan = new BenchmarkOptions(terminal);
        Add(_folder);
        foreach (
            Option option in (Option[])
                [_out, _quantized, _tuned, _exporter, _input, _settings, _spectrograms, _judgeOn.Option, _goal.Option, _against, _baseline]
        )
        {
            Add(option);
        }

        _plan.AddTo(this);
    }

    protected override IReadOnlyList<Option> OutputOptions => [_baseline, _spectrograms];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = new ModelFolder(arguments.GetRequiredValue(_folder).FullName);
        Baseline? against = arguments.GetValue(_against) is { } file ? Baseline.Parse(TextInput.Read(file)) : null;
        var request = new ReportRequest
        {
            Quantized = [.. arguments.GetRequiredValue(_quantized).Select(each => new ModelFolder(each.FullName))],
            Tuned = [.. arguments.GetRequiredValue(_tuned).Select(each => new ModelFolder(each.FullName))],
            Exporter = arguments.GetValue(_exporter) is { } exporter ? new ModelFolder(exporter.FullName) : null,
            Input = arguments.GetValue(_input) is { } input
                ? await AudioFile.ReadAsync(input.FullName, cancellationToken: cancellationToken).ConfigureAwait(false)
                : null,
            Vamp = arguments.GetValue(_settings) is { } settings
                ? VampRecord.Parse(TextInput.Read(settings), settings.FullName).Options
                : null,
            JudgedOn = _judgeOn.Read(arguments) ?? JudgeOnOption.Find(folder.At(ModelFiles.CodecEncoder)),
            Goal = _goal.Read(arguments),
            Benchmark = _plan.Read(arguments) with { ProfiledFrames = ReportRequest.ProfiledFrames },
        };
        (RunReport report, ImmutableArray<ReportClip> clips) = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(
                    () => FolderReport.MakeAsync(folder, request, MachineProbe.Probe(), new Steps(progress), cancellationToken),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        var figures = Baseline.Of(report);
        report = report with { Comparisons = against is null ? [] : MetricComparison.Compare(against, figures) };
        DirectoryInfo target = arguments.GetRequiredValue(_out);
        using (var files = new FileSet(Path.Combine(target.FullName, "report.html")))
        {
            Write(files, target, "report.json", ReportJson.Write(report));
            Write(files, target, "report.md", ReportMarkdown.Write(report));
            Write(files, target, "report.html", ReportHtml.Write(report, clips));
            files.Publish();
        }

        if (arguments.GetValue(_spectrograms) is { } picture && !clips.IsEmpty)
        {
            WholeFile.Write(picture.FullName, ReportClip.DrawStrip(clips.Take(HeardInFloat32)));
        }

        FileInfo? baseline = arguments.GetValue(_baseline);
        Terminal facts = baseline is not null && StandardOutput.IsMeantBy(baseline) ? Terminal.WithFactsOnError() : Terminal;
        facts.Output.WriteLine(report.Verdict);
        facts.Output.WriteLine($"Report: {Path.Combine(target.FullName, "report.html")}");
        if (baseline is not null)
        {
            StandardOutput.WriteTo(baseline, stream => stream.Write(Encoding.UTF8.GetBytes(figures.ToJson())));
        }

        Show(facts, report.Comparisons);
        return report.Passed ? ExitCode.Done : ExitCode.ParityFailed;
    }

    private static void Show(Terminal terminal, ImmutableArray<MetricComparison> comparisons)
    {
        if (comparisons.IsEmpty)
        {
            return;
        }

        MetricComparison[] fallen = [.. comparisons.Where(each => each.Outcome != MetricOutcome.Held)];
        if (fallen.Length > 0)
        {
            terminal.WriteTable(MetricComparison.Columns, fallen.Select(each => each.Cells()));
        }

        int regressions = fallen.Count(each => each.Outcome == MetricOutcome.Regressed);
        terminal.Output.WriteLine(
            $"Against the baseline: {comparisons.Length - fallen.Length} of {comparisons.Length} metrics held, {regressions} regressed."
        );
    }

    private static void Write(FileSet files, DirectoryInfo folder, string name, string text) =>
        files.Write(Path.Combine(folder.FullName, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"measuring {value.File}", value.Fraction));
    }
}
