using VampNet.Cli.Batch;

namespace VampNet.Cli.Tests.Batch;

public sealed class BatchSummaryTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_AllShards_AddsUp()
    {
        BatchSummary summary = BatchSummary.Of([
            Run(0, 2, 3, items: 2),
            Item(0, 2, "a", BatchEventKind.Finished),
            Item(0, 2, "c", BatchEventKind.Skipped),
            End(0, 2),
            Run(1, 2, 3, items: 1),
            Item(1, 2, "b", BatchEventKind.Failed),
            End(1, 2),
        ])!;

        Assert.Equal((3, 2, 0, false), (summary.Items, summary.Finished, summary.Left, summary.IsComplete));
        Assert.Equal([new BatchFailure("b", "why")], summary.Failed);
        Assert.Equal(["ended", "ended"], summary.Shards.Select(shard => shard.State));
        Assert.Equal(3, summary.Seconds, 1e-9);
    }

    [Fact]
    public void Of_AFailureThatWasRepeated_CountsAsItWentLast()
    {
        BatchSummary summary = BatchSummary.Of([
            Run(0, 1, 1, items: 1),
            Item(0, 1, "a", BatchEventKind.Failed),
            Run(0, 1, 1, items: 1, minutes: 1),
            Item(0, 1, "a", BatchEventKind.Finished, minutes: 1),
        ])!;

        Assert.True(summary.IsComplete);
        Assert.Equal([("not ended", 2)], summary.Shards.Select(shard => (shard.State, shard.Runs)));
    }

    [Fact]
    public void Of_ShardsThatNeverRanOrRanForSomethingElse_AreTold()
    {
        BatchSummary summary = BatchSummary.Of([
            Run(0, 3, 6, items: 2),
            Item(0, 3, "a", BatchEventKind.Finished),
            Run(2, 3, 5, items: 2, batch: "other", minutes: -5),
        ])!;

        Assert.Equal(["not ended", "no run", "no run"], summary.Shards.Select(shard => shard.State));
        Assert.Equal(["2/3"], summary.OtherShards);
        Assert.Equal((6, 1, 5, false), (summary.Items, summary.Finished, summary.Left, summary.IsComplete));
    }

    [Fact]
    public void Of_ARunInOtherParts_AddsItsFiles()
    {
        BatchSummary summary = BatchSummary.Of([
            Run(0, 2, 2, items: 1),
            Item(0, 2, "a", BatchEventKind.Finished),
            Run(0, 1, 2, items: 2, minutes: 1),
            Item(0, 1, "a", BatchEventKind.Skipped, minutes: 1),
            Item(0, 1, "b", BatchEventKind.Finished, minutes: 1),
            End(0, 1),
        ])!;

        Assert.True(summary.IsComplete);
        Assert.Single(summary.Shards);
    }

    [Fact]
    public void Of_NoRun_IsNone() => Assert.Null(BatchSummary.Of([Item(0, 1, "a", BatchEventKind.Finished)]));

    [Fact]
    public void ReadAll_LineThatAKillCut_IsLeftOutAndTheNextIsNot()
    {
        var shard = new Shard(0, 1, "");
        using (var log = new BatchLog(_folder.Path, shard, null))
        {
            log.Write(Run(0, 1, 1, items: 1));
        }

        File.AppendAllText(Directory.GetFiles(_folder.Path).Single(), """{"time":"2026-01""");
        using (var log = new BatchLog(_folder.Path, shard, null))
        {
            log.Write(Item(0, 1, "a", BatchEventKind.Finished));
        }

        Assert.Equal([BatchEventKind.RunStarted, BatchEventKind.Finished], BatchLog.ReadAll(_folder.Path).Select(each => each.Event));
    }

    public void Dispose() => _folder.Dispose();

    private static BatchEvent Run(int shard, int shards, int all, int items, string batch = "batch", int minutes = 0) =>
        new()
        {
            Time = Start.AddMinutes(minutes),
            Event = BatchEventKind.RunStarted,
            Batch = batch,
            Shard = shard,
            Shards = shards,
            Items = all,
            ShardItems = items,
            Machine = "node1",
        };

    private static BatchEvent Item(int shard, int shards, string name, BatchEventKind kind, int minutes = 0) =>
        new()
        {
            Time = Start.AddMinutes(minutes).AddSeconds(1),
            Event = kind,
            Batch = "batch",
            Shard = shard,
            Shards = shards,
            Item = name,
            Error = kind == BatchEventKind.Failed ? "why" : null,
            Seconds = 1,
        };

    private static BatchEvent End(int shard, int shards) =>
        new()
        {
            Time = Start.AddMinutes(2),
            Event = BatchEventKind.RunEnded,
            Batch = "batch",
            Shard = shard,
            Shards = shards,
            ExitCode = 0,
        };
}
