using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Commands;
using VampNet.Cli.Display;

namespace VampNet.Cli.Batch;

/// <summary><c>vampnet batch summary DIR</c>: how far a batch is, from the logs of all its shards.</summary>
internal sealed class BatchSummaryCommand : ToolCommand
{
    private readonly Argument<DirectoryInfo> _folder = new("DIR") { Description = "The output folder of a batch." };
    private readonly Option<bool> _json = SharedOptions.Json();

    public BatchSummaryCommand(Terminal terminal)
        : base(
            terminal,
            "summary",
            $"Merges the logs of all shards: files finished, failed and not yet done. Exits with {ExitCode.DataRefused} "
                + "unless all is finished.",
            "vampnet batch summary vamped",
            "vampnet batch summary vamped --json"
        )
    {
        Add(_folder);
        Add(_json);
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        BatchFolder folder = new(arguments.GetRequiredValue(_folder).FullName);
        BatchSummary summary =
            (Directory.Exists(folder.Logs) ? BatchSummary.Of(BatchLog.ReadAll(folder.Logs)) : null)
            ?? throw new CommandException(
                CommandErrorIds.BatchLogMissing,
                found: $"no log of a batch in {folder.Logs}",
                expected: "the folder that vampnet batch was given as --out"
            );
        if (arguments.GetValue(_json))
        {
            Terminal.WriteJson(writer => JsonSerializer.Serialize(writer, summary, BatchJson.Default.BatchSummary));
        }
        else
        {
            Show(summary);
        }

        return Task.FromResult(summary.IsComplete ? ExitCode.Done : ExitCode.DataRefused);
    }

    private void Show(BatchSummary summary)
    {
        Terminal.WriteTable(
            ["shard#", "state", "runs#", "files#", "finished#", "failed#", "seconds#", "machine"],
            summary.Shards.Select(shard =>
                (string[])
                    [
                        Text(shard.Index),
                        shard.State,
                        Text(shard.Runs),
                        shard.Items is { } items ? Text(items) : "-",
                        Text(shard.Finished),
                        Text(shard.Failed),
                        shard.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                        shard.Machine ?? "-",
                    ]
            )
        );
        Terminal.Output.WriteLine();
        Terminal.WriteFacts([
            ("files", Text(summary.Items)),
            ("finished", Text(summary.Finished)),
            ("left", Text(summary.Left)),
            ("failed", summary.Failed.IsEmpty ? "0" : string.Join('\n', summary.Failed.Select(each => $"{each.Item}: {each.Error}"))),
            .. summary.OtherShards.IsEmpty
                ? Array.Empty<(string, string)>()
                : [("other runs", $"shards {string.Join(", ", summary.OtherShards)} ran with other inputs, options or models")],
        ]);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
