using System.CommandLine;
using System.Text;
using VampNet.Cli.Display;
using VampNet.Cli.Music;
using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet verify DIR</c>: exported graphs in ONNX Runtime against the checkpoints in TorchSharp.</summary>
internal sealed class VerifyCommand : ToolCommand
{
    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "Folder of exported graphs, with its manifest.json." };
    private readonly CheckpointOptions _checkpoints = new();
    private readonly Option<FileInfo> _report = new("--report")
    {
        HelpName = "FILE",
        Description = "Also write every case to FILE: Markdown for .md, else JSON.",
    };
    private readonly ProviderOption _provider;
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Compares exported graphs with the checkpoints in TorchSharp, on seeded inputs of several sizes. Exits with "
        + $"{ExitCode.ParityFailed} when a budget is exceeded.";

    public VerifyCommand(Terminal terminal)
        : base(
            terminal,
            "verify",
            Summary,
            "vampnet verify models/demo --checkpoints checkpoints/demo --report reports/demo.md",
            "vampnet verify models/demo --checkpoints checkpoints/demo --provider cuda"
        )
    {
        Add(_folder);
        _checkpoints.AddTo(this);
        Add(_report);
        _provider = new ProviderOption(terminal, isPrecise: true);
        _provider.AddTo(this);
        Add(_json);
    }

    protected override IReadOnlyList<Option> OutputOptions => [_report];

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        arguments.GetValue(_report) is { } report && !StandardOutput.IsMeantBy(report) ? [report.FullName] : [];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var folder = new ModelFolder(arguments.GetRequiredValue(_folder).FullName);
        CheckpointFiles files = _checkpoints.Read(arguments);
        VerificationPlan plan = VerificationPlan.Default with { Provider = _provider.ReadSessions(arguments) };
        VerificationReport report = await Terminal
            .ShowProgressAsync(progress =>
                Task.Run(
                    () => FolderVerification.Run(folder, files, plan, new VerificationSteps(progress), cancellationToken),
                    cancellationToken
                )
            )
            .ConfigureAwait(false);
        folder.WriteVerdicts(report);
        Terminal facts = Terminal;
        if (arguments.GetValue(_report) is { } file)
        {
            bool isMarkdown = file.Extension.Equals(".md", StringComparison.OrdinalIgnoreCase);
            string text = isMarkdown ? VerdictMarkdown.Write(report) : VerdictJson.Write(report);
            facts = StandardOutput.IsMeantBy(file) ? Terminal.WithFactsOnError() : Terminal;
            StandardOutput.WriteTo(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }

        Show(facts, report, arguments.GetValue(_json));
        return report.Passed ? ExitCode.Done : ExitCode.ParityFailed;
    }

    private static void Show(Terminal terminal, VerificationReport report, bool asJson)
    {
        foreach (GraphVerdict failed in report.Verdicts.Where(verdict => !verdict.Passed))
        {
            terminal.Error.WriteLine(
                $"{failed.File} is beyond budget {failed.Budget.Name}: {failed.Worst?.ToString() ?? "its tokens differ"}"
            );
        }

        if (asJson)
        {
            terminal.Output.WriteLine(VerdictJson.Write(report));
        }
        else
        {
            terminal.WriteTable(VerdictTable.Columns, VerdictTable.Rows(report));
        }
    }

    private sealed class VerificationSteps(IProgress<ProgressStep> steps) : IProgress<VerificationProgress>
    {
        public void Report(VerificationProgress value) => steps.Report(new ProgressStep($"verifying {value.File}", value.Fraction));
    }
}
