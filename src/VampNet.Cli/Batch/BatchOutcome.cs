using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Cli.Batch;

/// <summary>The outcome of one run.</summary>
/// <param name="Finished">Items made now.</param>
/// <param name="Skipped">Items whose outputs were there already.</param>
/// <param name="Failed">Items that failed.</param>
/// <param name="Left">Items that were not tried because one failed or the run was cancelled.</param>
/// <param name="ExitCode">One of <see cref="Cli.ExitCode"/>.</param>
internal sealed record BatchOutcome(int Finished, int Skipped, ImmutableArray<BatchFailure> Failed, int Left, int ExitCode)
{
    /// <summary>The outcome in words.</summary>
    public IReadOnlyCollection<(string Label, string Value)> Facts(string folder, Shard shard, int items) =>
        [
            ("folder", folder),
            (
                "part",
                shard.Count == 1
                    ? "the whole batch"
                    : string.Create(CultureInfo.InvariantCulture, $"{shard.Index} of 0 to {shard.Count - 1}, from {shard.Source}")
            ),
            ("files", string.Create(CultureInfo.InvariantCulture, $"{Finished + Skipped + Failed.Length + Left} of {items}")),
            ("made", Finished.ToString(CultureInfo.InvariantCulture)),
            ("already there", Skipped.ToString(CultureInfo.InvariantCulture)),
            ("failed", Failed.IsEmpty ? "0" : string.Join('\n', Failed.Select(failure => failure.Item))),
            .. Left > 0 ? [("not tried", Left.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
        ];
}

/// <summary>An item that failed.</summary>
/// <param name="Item">The path of its output below the output folder.</param>
/// <param name="Error">Message of the error.</param>
internal sealed record BatchFailure(string Item, string Error);
