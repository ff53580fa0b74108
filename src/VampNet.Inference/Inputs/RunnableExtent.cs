using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Sessions;

namespace VampNet.Inference.Inputs;

/// <summary>Finds row lengths at which a graph runs: many graphs take only some lengths, and do not declare them.</summary>
public static class RunnableExtent
{
    // A window of a voice detector, pictures that are halved five times, short rows, a second of speech, and the smallest.
    private static readonly ImmutableArray<int> Candidates = [512, 224, 64, 256, 1024, 320, 16000, 32, 16, 8, 4, 2, 1];

    /// <summary>The first length at which a graph runs.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="maker">Makes its inputs.</param>
    /// <param name="wished">The length to try first.</param>
    /// <param name="threads">Threads for one operator; 0 for one per core.</param>
    /// <returns>The length; null where the graph loads or runs at none.</returns>
    public static int? Find(string path, SampleMaker maker, int wished, int threads)
    {
        ArgumentNullException.ThrowIfNull(maker);
        try
        {
            using GraphSession session = new(path, options => BeQuiet(options, threads));
            return Candidates
                .Prepend(wished)
                .Distinct()
                .Select(extent => Runs(session, maker, extent) ? extent : (int?)null)
                .FirstOrDefault(extent => extent is not null);
        }
        catch (InferenceException)
        {
            return null;
        }
    }

    /// <summary>Returns those of the given lengths at which a graph runs; none if it does not load.</summary>
    public static ImmutableArray<int> Filter(string path, SampleMaker maker, IEnumerable<int> extents, int threads)
    {
        ArgumentNullException.ThrowIfNull(maker);
        try
        {
            using GraphSession session = new(path, options => BeQuiet(options, threads));
            return [.. extents.Where(extent => extent > 0).Distinct().Where(extent => Runs(session, maker, extent))];
        }
        catch (InferenceException)
        {
            return [];
        }
    }

    // A length that a graph does not take is no fault to print.
    private static void BeQuiet(SessionOptions options, int threads) =>
        (options.IntraOpNumThreads, options.LogSeverityLevel) = (threads, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);

    private static bool Runs(GraphSession session, SampleMaker maker, int extent)
    {
        try
        {
            session.Run(maker.Seeded(1, 1, extent).Single(), static (_, _) => { });
            return true;
        }
        catch (InferenceException)
        {
            return false;
        }
    }
}
