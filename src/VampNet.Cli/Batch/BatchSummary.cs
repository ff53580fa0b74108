using System.Collections.Immutable;

namespace VampNet.Cli.Batch;

/// <summary>The progress of a batch, from the logs of all its shards.</summary>
/// <param name="Batch">SHA-256 of the operation, its settings and the names of all items.</param>
/// <param name="Items">The number of items of the whole batch.</param>
/// <param name="Finished">Items whose outputs are there.</param>
/// <param name="Failed">Items that failed when they were tried last, by name.</param>
/// <param name="Left">Items that no shard has finished or failed at yet.</param>
/// <param name="Seconds">The time that items took, added up over all shards, in seconds.</param>
/// <param name="Shards">The shards, by index; those without a log have no run.</param>
/// <param name="OtherShards">Shards whose latest run had other inputs, options, models or another number of shards.</param>
internal sealed record BatchSummary(
    string Batch,
    int Items,
    int Finished,
    ImmutableArray<BatchFailure> Failed,
    int Left,
    double Seconds,
    ImmutableArray<ShardSummary> Shards,
    ImmutableArray<string> OtherShards
)
{
    /// <summary>Whether every item is finished and all shards ran the same batch.</summary>
    public bool IsComplete => Finished == Items && OtherShards.IsEmpty;

    /// <summary>Merges events.</summary>
    /// <param name="events">The events of all logs, those of each shard in order.</param>
    /// <returns>Null when no run ever started.</returns>
    public static BatchSummary? Of(IEnumerable<BatchEvent> events)
    {
        BatchEvent[] all = [.. events];
        // The batch is the one that was started last; a shard whose last run was for another batch is reported.
        BatchEvent[] latest =
        [
            .. all.Where(each => each is { Event: BatchEventKind.RunStarted, Items: not null, ShardItems: not null })
                .GroupBy(each => (each.Shard, each.Shards))
                .Select(runs => runs.Last()),
        ];
        if (latest.Length == 0)
        {
            return null;
        }

        BatchEvent newest = latest.MaxBy(each => each.Time)!;
        BatchEvent[] own = [.. all.Where(each => each.Batch == newest.Batch)];
        Dictionary<string, BatchEvent> items = [];
        foreach (BatchEvent each in own.Where(each => each.Item is not null).OrderBy(each => each.Time))
        {
            items[each.Item!] = each;
        }

        BatchEvent[] failed = [.. items.Values.Where(each => each.Event == BatchEventKind.Failed)];
        int finished = items.Count - failed.Length;
        return new BatchSummary(
            newest.Batch,
            newest.Items!.Value,
            finished,
            [.. failed.Select(each => new BatchFailure(each.Item!, each.Error ?? "")).OrderBy(each => each.Item, StringComparer.Ordinal)],
            newest.Items.Value - items.Count,
            own.Where(each => each.Item is not null).Sum(each => each.Seconds ?? 0),
            [
                .. Enumerable
                    .Range(0, newest.Shards)
                    .Select(index => ShardSummary.Of(index, own.Where(each => each.Shard == index && each.Shards == newest.Shards))),
            ],
            [
                .. latest
                    .Where(each => each.Batch != newest.Batch && each.Shards == newest.Shards)
                    .Select(each => $"{each.Shard}/{each.Shards}"),
            ]
        );
    }
}
