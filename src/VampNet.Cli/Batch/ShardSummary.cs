namespace VampNet.Cli.Batch;

/// <summary>The progress of one shard.</summary>
/// <param name="Index">The shard, from 0.</param>
/// <param name="State"><c>no run</c>, <c>ended</c>, or <c>not ended</c> when its last run still runs or was killed.</param>
/// <param name="Runs">Number of times that it was started.</param>
/// <param name="Items">Its items; null without a run.</param>
/// <param name="Finished">Items whose outputs are there.</param>
/// <param name="Failed">Items that failed when they were tried last.</param>
/// <param name="Seconds">The time that its items took in all runs, in seconds.</param>
/// <param name="Machine">Machine of its last run; null without a run.</param>
internal sealed record ShardSummary(
    int Index,
    string State,
    int Runs,
    int? Items,
    int Finished,
    int Failed,
    double Seconds,
    string? Machine
)
{
    /// <summary>Merges the events of one shard, which come in order.</summary>
    public static ShardSummary Of(int index, IEnumerable<BatchEvent> events)
    {
        BatchEvent[] all = [.. events];
        BatchEvent? start = all.LastOrDefault(each => each.Event == BatchEventKind.RunStarted);
        Dictionary<string, bool> items = [];
        foreach (BatchEvent each in all.Where(each => each.Item is not null))
        {
            items[each.Item!] = each.Event != BatchEventKind.Failed;
        }

        string state =
            start is null ? "no run"
            : all[^1].Event == BatchEventKind.RunEnded ? "ended"
            : "not ended";
        return new ShardSummary(
            index,
            state,
            all.Count(each => each.Event == BatchEventKind.RunStarted),
            start?.ShardItems,
            items.Values.Count(isFinished => isFinished),
            items.Values.Count(isFinished => !isFinished),
            all.Where(each => each.Item is not null).Sum(each => each.Seconds ?? 0),
            start?.Machine
        );
    }
}
