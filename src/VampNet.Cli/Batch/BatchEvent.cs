using System.Collections.Immutable;
using VampNet.Models;

namespace VampNet.Cli.Batch;

/// <summary>One line of a shard's log.</summary>
internal sealed record BatchEvent
{
    /// <summary>When, in UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The kind of event.</summary>
    public required BatchEventKind Event { get; init; }

    /// <summary>SHA-256 of the operation, its settings and the names of all items: equal for all shards of one batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The shard's index, from 0.</summary>
    public required int Shard { get; init; }

    /// <summary>The number of shards.</summary>
    public required int Shards { get; init; }

    /// <summary>At the start of a run: the tool's version.</summary>
    public string? Tool { get; init; }

    /// <summary>At the start of a run: the machine's name.</summary>
    public string? Machine { get; init; }

    /// <summary>At the start of a run: the number of items of the whole batch.</summary>
    public int? Items { get; init; }

    /// <summary>At the start of a run: the number of items of the shard.</summary>
    public int? ShardItems { get; init; }

    /// <summary>The item's name: the path of its output below the output folder.</summary>
    public string? Item { get; init; }

    /// <summary>The item's input.</summary>
    public string? Input { get; init; }

    /// <summary>Hash of everything that determines the outputs; see <see cref="ItemRecord.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>The outputs of a finished item.</summary>
    public ImmutableArray<ManifestFile>? Outputs { get; init; }

    /// <summary>The error of a failed item.</summary>
    public string? Error { get; init; }

    /// <summary>Duration in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>At the end of a run: the exit code.</summary>
    public int? ExitCode { get; init; }
}
