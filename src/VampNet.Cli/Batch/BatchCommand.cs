using System.CommandLine;
using System.CommandLine.Help;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch</c>: one operation on many files, on one machine or in parts on many.</summary>
internal sealed class BatchCommand : Command
{
    /// <summary>Description of the command.</summary>
    public static string Summary => "Runs one operation on many files; finished ones are skipped, so that any run may be repeated.";

    public BatchCommand(Terminal terminal)
        : base("batch", Summary)
    {
        var help = new HelpOption();
        help.Action = new ExampleHelpAction(
            (HelpAction)help.Action!,
            [
                "vampnet batch vamp music --out vamped --models models/demo --keep-going",
                "vampnet batch encode \"music/**/*.flac\" --out codes --models models/demo --shard 0/8",
                "vampnet batch summary codes",
            ]
        );
        Add(help);
        Add(new BatchVampCommand(terminal));
        Add(new BatchEncodeCommand(terminal));
        Add(new BatchDecodeCommand(terminal));
        Add(new BatchQuantizeCommand(terminal));
        Add(new BatchSummaryCommand(terminal));
    }
}
