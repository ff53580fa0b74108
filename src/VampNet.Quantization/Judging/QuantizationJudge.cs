using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;

namespace VampNet.Quantization.Judging;

/// <summary>Measures a quantized graph against the graph in floating point that it was made from.</summary>
public static class QuantizationJudge
{
    // Number of timed turns: the ratio of a few turns varies little, and a long set of samples need not run twice.
    private const int MostTurns = 5;

    // One turn has no spread, so it could claim any gain.
    private const int LeastTurns = 3;

    /// <summary>Compares outputs on every sample, and times both graphs in turns on the first five, each after a warm-up;
    /// with fewer than three samples, three turns are timed all the same.</summary>
    /// <param name="reference">The graph in floating point.</param>
    /// <param name="candidate">The quantized graph.</param>
    /// <param name="samples">Samples to feed; not those that the ranges were measured on.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">The execution provider; null for the processor.</param>
    /// <param name="kind">Meaning of the first output; null to guess it.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="QuantizationException">A graph does not load or run, or their outputs differ in number or shape.</exception>
    public static QuantizationJudgement Judge(
        string reference,
        string candidate,
        IReadOnlyCollection<ModelSample> samples,
        int threads = 0,
        SessionProvider? provider = null,
        OutputKind? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(samples);
        using GraphSession expected = new(reference, threads, provider: provider);
        using GraphSession actual = new(candidate, threads, provider: provider);
        LossMeter meter = new(kind ?? KindOf(reference));
        List<(double, double)> turns = [];
        foreach (ModelSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The first run of a shape allocates and packs; it is compared, not timed.
            ReferenceOutputs.Compare(expected.RunFirst(sample), actual.RunFirst(sample), sample, meter, actual.FirstLengths);
            if (turns.Count < MostTurns)
            {
                turns.Add(Turn(sample));
            }
        }

        for (int i = 0; turns.Count < LeastTurns; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            turns.Add(Turn(samples.ElementAt(i % samples.Count)));
        }

        return new QuantizationJudgement(meter.Conclude(), SpeedRatio.Of(turns), BytesOf(reference), BytesOf(candidate));

        (double, double) Turn(ModelSample sample) =>
            (expected.Run(sample, static (_, _) => { }).TotalMilliseconds, actual.Run(sample, static (_, _) => { }).TotalMilliseconds);
    }

    /// <summary>Compares outputs on every sample, each by itself, and times nothing.</summary>
    /// <param name="reference">The graph in floating point.</param>
    /// <param name="candidate">The quantized graph.</param>
    /// <param name="samples">Samples to feed; not those that the ranges were measured on.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">The execution provider; null for the processor.</param>
    /// <param name="kind">Meaning of the first output; null to guess it.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="QuantizationException">A graph does not load or run, or their outputs differ in number or shape.</exception>
    public static ImmutableArray<QuantizationLoss> Compare(
        string reference,
        string candidate,
        IEnumerable<ModelSample> samples,
        int threads = 0,
        SessionProvider? provider = null,
        OutputKind? kind = null,
        CancellationToken cancellationToken = default
    )
    {
        using GraphSession expected = new(reference, threads, provider: provider);
        using GraphSession actual = new(candidate, threads, provider: provider);
        OutputKind meaning = kind ?? KindOf(reference);
        return
        [
            .. samples.Select(sample =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                LossMeter meter = new(meaning);
                ReferenceOutputs.Compare(expected.RunFirst(sample), actual.RunFirst(sample), sample, meter, actual.FirstLengths);
                return meter.Conclude();
            }),
        ];
    }

    /// <summary>Compares outputs over all samples together, and times nothing.</summary>
    /// <param name="reference">The graph in floating point.</param>
    /// <param name="candidate">Another graph of the same model.</param>
    /// <param name="samples">What to feed, at least one.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">The execution provider; null for the processor.</param>
    /// <param name="kind">What the first output means; null to guess it.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="QuantizationException">A graph does not load or run, or VNQ0101: their outputs differ in type or shape.</exception>
    public static QuantizationLoss Measure(
        string reference,
        string candidate,
        ImmutableArray<ModelSample> samples,
        int threads = 0,
        SessionProvider? provider = null,
        OutputKind? kind = null,
        CancellationToken cancellationToken = default
    ) => ReferenceOutputs.Compute(reference, samples, threads, provider, kind).Measure(candidate, samples.Length, cancellationToken);

    /// <summary>Meaning of a graph's first output.</summary>
    public static OutputKind KindOf(string path)
    {
        using Model model = ModelReader.Read(path);
        return KindOf(model);
    }

    internal static OutputKind KindOf(Model model) => OutputKindGuess.Of(model).Kind;

    /// <summary>The bytes of a graph and of the external data beside it.</summary>
    public static long BytesOf(string path)
    {
        FileInfo graph = new(path);
        FileInfo data = new($"{path}.data");
        return graph.Length + (data.Exists ? data.Length : 0);
    }
}
