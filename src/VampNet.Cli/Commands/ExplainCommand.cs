using System.CommandLine;
using System.Globalization;
using System.Text;
using VampNet.Files;
using VampNet.Reporting.Explaining;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet explain GRAPH OUT.html</c>: a graph's layers, sizes and times as one page.</summary>
internal sealed class ExplainCommand : ToolCommand
{
    private const int DefaultFrames = 100;

    private readonly Argument<FileInfo> _graph = new("GRAPH") { Description = "Any ONNX graph." };
    private readonly Argument<FileInfo> _out = new("OUT")
    {
        Description = "The .html file to write. It needs no network and no other file.",
    };
    private readonly Option<int> _frames = NumberOption.Whole(
        "--frames",
        1,
        10_000,
        DefaultFrames,
        "Time a graph of VampNet models on N token frames, 1 to 10000. Graphs of other tools are timed on sizes that they run at."
    );
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<bool> _noTimes = new("--no-times") { Description = "Do not run the graph: show sizes, but no times." };

    /// <summary>Description of the command.</summary>
    public static string Summary => "Shows a graph's layers, sizes and time by operator on one page that can be expanded and searched.";

    public ExplainCommand(Terminal terminal)
        : base(
            terminal,
            "explain",
            Summary,
            "vampnet explain models/demo/coarse.onnx coarse.html",
            "vampnet explain other.onnx other.html --no-times"
        )
    {
        Add(_graph);
        Add(_out);
        foreach (Option option in (Option[])[_frames, _threads, _noTimes])
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        FileInfo graph = arguments.GetRequiredValue(_graph);
        if (!graph.Exists)
        {
            throw new CommandException(CommandErrorIds.FileMissing, found: $"no file {graph.FullName}", expected: "an ONNX graph");
        }

        string path = arguments.GetRequiredValue(_out).FullName;
        GraphExplanation explanation = await Task.Run(
                () =>
                    GraphExplanation.Make(
                        graph.FullName,
                        arguments.GetValue(_frames),
                        arguments.GetValue(_threads),
                        withTimes: !arguments.GetValue(_noTimes)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        WholeFile.Write(path, Encoding.UTF8.GetBytes(ExplainHtml.Write(explanation)));
        string times = explanation.Operators.IsEmpty
            ? explanation.Input
            : string.Create(CultureInfo.InvariantCulture, $"{explanation.Root.Milliseconds:0.##} ms per run on {explanation.Input}");
        await Terminal
            .Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path}: {explanation.Facts.Nodes:N0} nodes, {times}"))
            .ConfigureAwait(false);
        return ExitCode.Done;
    }
}
