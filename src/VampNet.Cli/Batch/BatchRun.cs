using System.Globalization;
using VampNet.Cli.Display;

namespace VampNet.Cli.Batch;

/// <summary>Processes the items of one shard, one after another, and logs each.</summary>
/// <param name="terminal">Receives failures.</param>
/// <param name="folder">Folder that outputs go to.</param>
/// <param name="work">Makes them.</param>
/// <param name="outputsOf">The outputs of an item as far as they are known before it is made.</param>
/// <param name="clock">The clock.</param>
internal sealed class BatchRun(
    Terminal terminal,
    BatchFolder folder,
    BatchWork work,
    Func<string, IEnumerable<string>> outputsOf,
    TimeProvider clock
)
{
    /// <summary>Whether a failure does not end the run.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Whether files that no batch made are replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Gets each line of the log too; null for none.</summary>
    public TextWriter? Copy { get; init; }

    /// <summary>Runs.</summary>
    /// <param name="items">The whole batch, in order.</param>
    /// <param name="shard">The part to do.</param>
    /// <param name="steps">Receives each item.</param>
    /// <param name="cancellationToken">Ends the run early; what is finished stays.</param>
    public async Task<BatchOutcome> RunAsync(
        IReadOnlyList<BatchItem> items,
        Shard shard,
        IProgress<ProgressStep> steps,
        CancellationToken cancellationToken
    )
    {
        string settings = $"vampnet {VampNetCommand.Version}\n{work.Settings}";
        string batch = ContentHash.OfText($"{settings}\n{string.Join('\n', items.Select(item => item.Name))}");
        BatchItem[] own = [.. items.Where((_, position) => shard.Takes(position))];
        using WorkFolder workFolder = WorkFolder.Open(folder.Work);
        using BatchLog log = new(folder.Logs, shard, Copy);
        BatchEvent Event(BatchEventKind kind) =>
            new()
            {
                Time = clock.GetUtcNow(),
                Event = kind,
                Batch = batch,
                Shard = shard.Index,
                Shards = shard.Count,
            };
        log.Write(
            Event(BatchEventKind.RunStarted) with
            {
                Tool = VampNetCommand.Version,
                Machine = Environment.MachineName,
                Items = items.Count,
                ShardItems = own.Length,
            }
        );

        long start = clock.GetTimestamp();
        (int finished, int skipped, int exitCode) = (0, 0, ExitCode.Done);
        List<BatchFailure> failed = [];
        foreach ((int position, BatchItem item) in own.Index())
        {
            steps.Report(
                new ProgressStep(
                    string.Create(CultureInfo.InvariantCulture, $"{position + 1} of {own.Length}: {item.Name}"),
                    (double)position / own.Length
                )
            );
            BatchEvent done = await DoAsync(item, settings, workFolder, Event, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested && done.Event == BatchEventKind.Failed)
            {
                exitCode = ExitCode.Cancelled;
                await terminal
                    .Error.WriteLineAsync("Cancelled. Finished files stay; the same command continues from there.")
                    .ConfigureAwait(false);
                break;
            }

            log.Write(done);
            finished += done.Event == BatchEventKind.Finished ? 1 : 0;
            skipped += done.Event == BatchEventKind.Skipped ? 1 : 0;
            if (done.Event == BatchEventKind.Failed)
            {
                failed.Add(new BatchFailure(item.Name, done.Error!));
                exitCode = Math.Max(exitCode, done.ExitCode!.Value);
                await terminal.Error.WriteLineAsync($"{item.Input}:\n{done.Error}").ConfigureAwait(false);
                if (!KeepGoing)
                {
                    break;
                }
            }
        }

        log.Write(Event(BatchEventKind.RunEnded) with { ExitCode = exitCode, Seconds = Seconds(start) });
        return new BatchOutcome(finished, skipped, [.. failed], own.Length - finished - skipped - failed.Count, exitCode);
    }

    private async Task<BatchEvent> DoAsync(
        BatchItem item,
        string settings,
        WorkFolder workFolder,
        Func<BatchEventKind, BatchEvent> create,
        CancellationToken cancellationToken
    )
    {
        long start = clock.GetTimestamp();
        BatchEvent Event(BatchEventKind kind) => create(kind) with { Item = item.Name, Input = item.Input, Seconds = Seconds(start) };
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            string key = ContentHash.OfText($"{settings}\n{work.HashInput(item.Input)}");
            if (folder.IsFinished(item.Name, key))
            {
                return Event(BatchEventKind.Skipped) with { Key = key };
            }

            RequireOwn(item, outputsOf(item.Name));
            string stage = workFolder.Clear();
            string staged = Path.Combine(stage, item.Name.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(staged)!);
            await work.RunAsync(item.Input, staged, cancellationToken).ConfigureAwait(false);
            RequireOwn(item, Directory.EnumerateFiles(stage, "*", SearchOption.AllDirectories).Select(file => NameOf(stage, file)));
            ItemRecord record = folder.Publish(item.Name, key, workFolder);
            return Event(BatchEventKind.Finished) with { Key = key, Outputs = record.Outputs };
        }
#pragma warning disable CA1031 // One file must not end the work on the others; the log and the exit code say what happened.
        catch (Exception error)
#pragma warning restore CA1031
        {
            (int exitCode, string text) = ErrorReport.Describe(error);
            return Event(BatchEventKind.Failed) with { Error = text, ExitCode = exitCode };
        }
    }

    private void RequireOwn(BatchItem item, IEnumerable<string> outputs)
    {
        if (!Overwrite)
        {
            folder.RequireOwn(item.Name, outputs);
        }
    }

    private static string NameOf(string stage, string file) => Path.GetRelativePath(stage, file).Replace(Path.DirectorySeparatorChar, '/');

    private double Seconds(long start) => Math.Round(clock.GetElapsedTime(start).TotalSeconds, 3);
}
