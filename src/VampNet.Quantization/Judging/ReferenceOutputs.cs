using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Quantization.Judging;

/// <summary>The outputs of a float graph for each sample, computed once and compared with many graphs.</summary>
internal sealed class ReferenceOutputs
{
    private readonly ImmutableArray<(Array Values, long[] Shape)> _outputs;

    private ReferenceOutputs(
        OutputKind kind,
        ImmutableArray<ModelSample> samples,
        ImmutableArray<(Array, long[])> outputs,
        int threads,
        SessionProvider? provider
    ) => (Kind, Samples, _outputs, Threads, Provider) = (kind, samples, outputs, threads, provider);

    /// <summary>Threads per operator; 0 for one per core.</summary>
    public int Threads { get; }

    /// <summary>The execution provider; null for the processor.</summary>
    public SessionProvider? Provider { get; }

    /// <summary>Meaning of the first output.</summary>
    public OutputKind Kind { get; }

    /// <summary>The samples, at least one.</summary>
    public ImmutableArray<ModelSample> Samples { get; }

    /// <summary>Runs the reference.</summary>
    public static ReferenceOutputs Compute(
        string path,
        ImmutableArray<ModelSample> samples,
        int threads,
        SessionProvider? provider = null,
        OutputKind? kind = null
    )
    {
        using GraphSession session = new(path, threads, provider: provider);
        return new ReferenceOutputs(
            kind ?? QuantizationJudge.KindOf(path),
            samples,
            [.. samples.Select(session.RunFirst)],
            threads,
            provider
        );
    }

    /// <summary>Compares another graph.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="count">Number of samples to compare on, from the first.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="QuantizationException">The graph does not load or run, or VNQ0101: its output has another type or
    /// shape.</exception>
    public QuantizationLoss Measure(string path, int count, CancellationToken cancellationToken)
    {
        using GraphSession session = new(path, Threads, provider: Provider);
        LossMeter meter = new(Kind);
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Compare(_outputs[i], session.RunFirst(Samples[i]), Samples[i], meter);
        }

        return meter.Conclude();
    }

    private static float[] Numbers(long[] integers) => Array.ConvertAll(integers, value => (float)value);

    /// <summary>Adds the difference of two outputs to a meter.</summary>
    public static void Compare((Array Values, long[] Shape) wanted, (Array Values, long[] Shape) found, ModelSample sample, LossMeter meter)
    {
        if (!wanted.Shape.AsSpan().SequenceEqual(found.Shape) || wanted.Values.GetType() != found.Values.GetType())
        {
            throw new QuantizationException(
                QuantizationErrorIds.OutputsIncomparable,
                found: $"an output of shape [{string.Join(',', found.Shape)}] on {sample.Name}",
                expected: $"[{string.Join(',', wanted.Shape)}], as the reference gives",
                advice: "The two graphs are of different models"
            );
        }

        if (wanted.Values is float[] numbers)
        {
            meter.Add(numbers, (float[])found.Values, wanted.Shape, sample.Targets);
        }
        else if (meter.Kind != OutputKind.Codes)
        {
            // Pixels and samples of sound may be whole numbers.
            meter.Add(Numbers((long[])wanted.Values), Numbers((long[])found.Values), wanted.Shape);
        }
        else
        {
            meter.Add((long[])wanted.Values, (long[])found.Values, wanted.Shape);
        }
    }
}
