using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Display;
using VampNet.Files;
using VampNet.Inference.Inspection;
using VampNet.Inference.Mobile;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Cli.Commands;

/// <summary><c>vampnet check-mobile FILE</c>: how much of a graph the providers for phones take.</summary>
internal sealed class CheckMobileCommand : ToolCommand
{
    // A file of the format must stay below 2 GB, and weights this large gain from lying beside it.
    private const long MostInline = 256L << 20;
    private const long LongestLength = 100_000_000;

    private readonly Argument<FileInfo> _file = new("FILE") { Description = "A graph (.onnx)." };
    private readonly Option<string[]> _fix = new("--fix")
    {
        HelpName = "LETTER=N",
        Description = "Fix a dynamic length of the inputs first, such as T=574. May be repeated.",
    };
    private readonly Option<FileInfo> _out = new("--out")
    {
        HelpName = "FILE",
        Description = "Write the graph with the fixed lengths, folded and cleaned; its weights go to FILE.data where they are large.",
    };
    private readonly Option<bool> _json = SharedOptions.Json();

    /// <summary>Description of the command.</summary>
    public static string Summary =>
        "Lists which nodes of a graph NNAPI, Core ML and XNNPACK can run according to ONNX Runtime's tables, into how many "
        + "pieces the graph is split, and why the other nodes stay on the processor.";

    public CheckMobileCommand(Terminal terminal)
        : base(
            terminal,
            "check-mobile",
            Summary,
            "vampnet check-mobile models/demo/coarse.onnx",
            "vampnet check-mobile models/demo/coarse.onnx --fix B=1 --fix T=574 --out coarse-574.onnx"
        )
    {
        _fix.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => Parse(text) is null))
            {
                result.AddError(
                    $"Found \"{text}\" for {_fix.Name}. Expected LETTER=N, such as T=574: N is a whole number from 1 to {LongestLength}."
                );
            }
        });
        Add(_file);
        foreach (Option option in (Option[])[_fix, _out, _json])
        {
            Add(option);
        }
    }

    protected override IReadOnlyList<Option> OutputOptions => [_out];

    protected override IEnumerable<string> Outputs(ParseResult arguments) =>
        arguments.GetValue(_out) is { } output ? [output.FullName, $"{output.FullName}.data"] : [];

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        FileInfo file = arguments.GetRequiredValue(_file);
        if (!file.Exists)
        {
            throw new CommandException(CommandErrorIds.FileMissing, found: $"no file {file.FullName}", expected: "a graph (.onnx)");
        }

        Dictionary<string, long> lengths = (arguments.GetValue(_fix) ?? [])
            .Select(text => Parse(text)!.Value)
            .GroupBy(each => each.Letter)
            .ToDictionary(group => group.Key, group => group.Last().Length);
        string? output = arguments.GetValue(_out)?.FullName;
        if (output is not null && lengths.Count == 0)
        {
            throw new UsageException($"Give {_out.Name} together with {_fix.Name}: without fixed lengths there is nothing to write.");
        }

        ImmutableArray<MobileCoverage> coverages = await Terminal
            .ShowProgressAsync(progress => Task.Run(() => Check(file.FullName, lengths, output, progress), cancellationToken))
            .ConfigureAwait(false);
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(writer => JsonSerializer.Serialize(writer, coverages, CliJson.Default.ImmutableArrayMobileCoverage));
        }
        else
        {
            Show(coverages, output);
        }

        return ExitCode.Done;
    }

    private static ImmutableArray<MobileCoverage> Check(
        string file,
        Dictionary<string, long> lengths,
        string? output,
        IProgress<ProgressStep> progress
    )
    {
        progress.Report(new ProgressStep("reading", 0));
        using Model model = ModelReader.Read(file);
        if (lengths.Count > 0)
        {
            FixedLengths.Apply(model, lengths);
            // With fixed lengths, nodes that compute shapes become constants.
            ModelOptimizer.Optimize(model, RewriteTarget.Portable);
        }

        ShapeInferencePass.Run(model);
        if (output is not null)
        {
            progress.Report(new ProgressStep("writing", 0.6));
            using var files = new FileSet(output);
            bool isExternal = GraphInspection.Of(model).InitializerBytes > MostInline;
            string staged = files.Stage(files.First);
            files.Stage($"{files.First}.data");
            ModelWriter.Write(model, staged, isExternal ? new ExternalDataOptions() : null);
            files.Publish();
        }

        progress.Report(new ProgressStep("checking", 0.8));
        return [.. MobileProvider.All.Select(provider => MobileCoverage.Of(model, provider))];
    }

    private void Show(ImmutableArray<MobileCoverage> coverages, string? output)
    {
        Terminal.WriteTable(
            ["provider", "nodes#", "taken#", "pieces#"],
            coverages.Select(each => (string[])[each.Provider, Text(each.Nodes), Text(each.Taken), Text(each.Partitions)])
        );
        foreach (MobileCoverage each in coverages.Where(each => !each.Left.IsEmpty))
        {
            Terminal.Output.WriteLine();
            Terminal.WriteTable(
                [$"left to the CPU by {each.Provider}", "nodes#", "why"],
                each.Left.Select(left => (string[])[left.Operator, Text(left.Count), left.Reason])
            );
        }

        Terminal.Output.WriteLine();
        Terminal.WriteFacts([
            .. coverages.Select(each => ($"source for {each.Provider}", each.Source)),
            .. output is null ? Array.Empty<(string, string)>() : [("written", output)],
        ]);
    }

    private static (string Letter, long Length)? Parse(string text) =>
        text.Split('=') is [{ Length: > 0 } letter, var number]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
        && length is >= 1 and <= LongestLength
            ? (letter, length)
            : null;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
