using System.Collections.Immutable;
using VampNet.Runtime.Models;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Times the stages of vamping.</summary>
internal static class MusicBenchmark
{
    /// <summary>The stages in pipeline order.</summary>
    public static ImmutableArray<string> Stages { get; } = ["encode", "coarse", "c2f", "sampling", "decode"];

    /// <summary>
    /// Makes music of seeded sound with each folder's models, part by part in turns, so that a busy moment of the machine does not fall on
    /// one of them:
    /// once to warm up, then as many times as given.
    /// </summary>
    /// <param name="folders">Models of one configuration, such as those of one checkpoint in several precisions; at least one.</param>
    /// <param name="plan">Length, steps and seed.</param>
    /// <param name="runs">Timed runs of each, 1 or more.</param>
    /// <param name="cancellationToken">Stops within a run.</param>
    /// <returns>The times of each folder's models, in their order.</returns>
    /// <exception cref="ReportingException">VNP0101: models of different configurations, which do not do equal work.</exception>
    /// <exception cref="Runtime.RuntimeException">Models that do not make music together.</exception>
    public static ImmutableArray<MusicRuns> Run(
        IReadOnlyList<VampNetModels> folders,
        BenchmarkPlan plan,
        int runs,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfZero(folders.Count, nameof(folders));
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        foreach (VampNetModels models in folders)
        {
            models.RequireFamily();
            RequireEqualWork(folders[0], models);
        }

        TimedMusic[] music = [.. folders.Select(models => new TimedMusic(models, plan))];
        for (int run = 0; run <= runs; run++)
        {
            Array.ForEach(music, each => each.Encode(cancellationToken));
            Array.ForEach(music, each => each.Vamp(cancellationToken));
            Array.ForEach(music, each => each.Decode(cancellationToken));
            if (run == 0)
            {
                Array.ForEach(music, each => each.Forget());
            }
        }

        return [.. music.Select(each => each.Runs)];
    }

    private static void RequireEqualWork(VampNetModels first, VampNetModels other)
    {
        (string ours, string theirs) = (Describe(first), Describe(other));
        if (ours != theirs)
        {
            throw new ReportingException(
                ReportingErrorIds.UnequalWork,
                found: $"models of {ours} in {first.Folder} and of {theirs} in {other.Folder}",
                expected: "models of one configuration, which do the same work",
                advice: "Choose another folder"
            );
        }
    }

    private static string Describe(VampNetModels models) =>
        $"{models.Decoder.Configuration.SampleRate} Hz, hop {models.Decoder.Configuration.HopLength}, {models.Coarse.Codebooks} "
        + $"and {models.Fine.Codebooks} codebooks of {models.Coarse.VocabularySize}";
}
