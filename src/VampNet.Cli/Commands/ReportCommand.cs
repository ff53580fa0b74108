using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using VampNet.Runtime.Audio;
using VampNet.Validation;
using VampNet.Validation.Benchmarking;
using VampNet.Validation.Reports;

namespace VampNet.Cli;

/// <summary><c>vampnet report DIR</c>: everything known of a folder of models, on one page that can be heard.</summary>
internal sealed class ReportCommand : ToolCommand
{
    private static readonly BenchmarkPlan Defaults = new();

    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "Folder of exported graphs that vampnet verify has judged." };
    private readonly Option<DirectoryInfo> _out = new("--out") { Required = true, HelpName = "DIR", Description = "Folder for report.html, report.json and report.md." };
    private readonly Option<DirectoryInfo[]> _quantized = new("--quantized") { HelpName = "DIR", DefaultValueFactory = _ => [], Description = "A folder of quantized graphs under the originals' names, to be judged. May be repeated." };
    private readonly Option<FileInfo> _input = new("--input") { HelpName = "FILE", Description = "A recording to hear the models on; seeded sound when absent." };
    private readonly Option<int> _runs = new("--runs") { HelpName = "N", DefaultValueFactory = _ => Defaults.Repetitions, Description = "Timed runs of each input." };
    private readonly Option<int> _threads = new("--threads") { HelpName = "N", Description = "Threads for one operator; 0 for one a core." };

    public ReportCommand(Terminal terminal)
        : base(
            terminal,
            "report",
            $"Measures a folder of models and writes one offline page, with JSON and a Markdown summary beside it. Exits with {ExitCode.ParityFailed} when a graph is beyond its budget or was never judged.",
            "vampnet report models/demo --out reports/demo",
            "vampnet report models/demo --quantized models/demo-dynamic --input song.wav --out reports/demo")
    {
        _runs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("Option --runs takes a number from 1.");
            }
        });
        Add(_folder);
        foreach (Option option in (Option[])[_out, _quantized, _input, _runs, _threads])
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var folder = new ModelFolder(arguments.GetRequiredValue(_folder).FullName);
        var request = new ReportRequest
        {
            Quantized = [.. arguments.GetRequiredValue(_quantized).Select(each => new ModelFolder(each.FullName))],
            Input = arguments.GetValue(_input) is { } input ? await AudioFile.ReadAsync(input.FullName, cancellationToken: cancellation).ConfigureAwait(false) : null,
            Benchmark = Defaults with { Repetitions = arguments.GetValue(_runs), Threads = arguments.GetValue(_threads) },
        };
        (RunReport report, ImmutableArray<ReportClip> clips) = await Terminal.ShowProgressAsync(progress => Task.Run(
            () => FolderReport.MakeAsync(folder, request, MachineProbe.Probe(), new Steps(progress), cancellation), cancellation)).ConfigureAwait(false);
        DirectoryInfo target = arguments.GetRequiredValue(_out);
        Write(target, "report.json", ReportJson.Write(report));
        Write(target, "report.md", ReportMarkdown.Write(report));
        Write(target, "report.html", ReportHtml.Write(report, clips));
        Terminal.Output.WriteLine(report.Verdict);
        Terminal.Output.WriteLine($"Report: {Path.Combine(target.FullName, "report.html")}");
        return report.Verification.Passed ? ExitCode.Done : ExitCode.ParityFailed;
    }

    private static void Write(DirectoryInfo folder, string name, string text) => WholeFile.Write(Path.Combine(folder.FullName, name), Encoding.UTF8.GetBytes(text));

    private sealed class Steps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"measuring {value.File}", value.Fraction));
    }
}
