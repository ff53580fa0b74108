using System.Globalization;

namespace VampNet.Cli.Batch;

/// <summary>One of N equal parts of a batch: every Nth item, from item I on.</summary>
/// <param name="Index">I, 0 to N-1.</param>
/// <param name="Count">N, at least 1.</param>
/// <param name="Source">Origin of the numbers, for messages.</param>
internal sealed record Shard(int Index, int Count, string Source)
{
    /// <summary>The largest N.</summary>
    public const int MostShards = 1_000_000;

    /// <summary>Kubernetes gives a pod of an Indexed Job its index, but not their number: the Job's manifest sets this variable to
    /// it.</summary>
    public const string CountVariable = "VAMPNET_SHARDS";

    private const string KubernetesIndex = "JOB_COMPLETION_INDEX";
    private const string SlurmId = "SLURM_ARRAY_TASK_ID";
    private const string SlurmCount = "SLURM_ARRAY_TASK_COUNT";
    private const string SlurmLeast = "SLURM_ARRAY_TASK_MIN";
    private const string SlurmMost = "SLURM_ARRAY_TASK_MAX";

    /// <summary>The whole batch.</summary>
    public static Shard Whole { get; } = new(0, 1, "the whole batch");

    /// <summary>Whether an item is of this part.</summary>
    /// <param name="position">The item's place in the order of the whole batch, from 0.</param>
    public bool Takes(int position) => position % Count == Index;

    /// <summary>Parses <c>I/N</c>.</summary>
    /// <returns>Null when the text is none.</returns>
    public static Shard? Parse(string text, string source) =>
        text.Split('/') is [var first, var second]
        && Number(first) is { } index
        && Number(second) is { } count
        && index < count
        && count <= MostShards
            ? new Shard(index, count, source)
            : null;

    /// <summary>The part that a Slurm job array or a Kubernetes Indexed Job gives this process; the whole batch outside of both.</summary>
    /// <param name="read">Reads an environment variable.</param>
    /// <exception cref="UsageException">The variables do not say which part.</exception>
    public static Shard OfEnvironment(Func<string, string?> read)
    {
        if (read(SlurmId) is { Length: > 0 } task)
        {
            return OfSlurm(task, read);
        }

        if (read(KubernetesIndex) is { Length: > 0 } index)
        {
            string count = read(CountVariable) ?? "";
            return Parse($"{index}/{count}", $"{KubernetesIndex} and {CountVariable}")
                ?? throw new UsageException(
                    $"Found {KubernetesIndex}={index} and {CountVariable}={count}. Expected an index and the Job's number of completions, "
                        + "larger than the index. Set the second in the Job's manifest, or give --shard I/N."
                );
        }

        return Whole;
    }

    // The ids of an array may begin anywhere and be some steps apart; Slurm tells their least, their most and their number.
    private static Shard OfSlurm(string task, Func<string, string?> read)
    {
        if (
            Number(task) is { } id
            && Number(read(SlurmCount) ?? "") is >= 1 and <= MostShards and { } count
            && Number(read(SlurmLeast) ?? "0") is { } least
            && Number(read(SlurmMost) ?? (least + count - 1).ToString(CultureInfo.InvariantCulture)) is { } most
            && id >= least
            && id <= most
        )
        {
            int step = count == 1 ? 1 : (most - least) / (count - 1);
            if (most - least == step * (count - 1) && step > 0 && (id - least) % step == 0)
            {
                return new Shard((id - least) / step, count, $"{SlurmId} and {SlurmCount}");
            }
        }

        throw new UsageException(
            $"Found {SlurmId}={task}, {SlurmCount}={read(SlurmCount)}, {SlurmLeast}={read(SlurmLeast)} and {SlurmMost}={read(SlurmMost)}. "
                + "Expected ids that are equally far apart. Use an array such as --array=0-7, or give --shard I/N."
        );
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
