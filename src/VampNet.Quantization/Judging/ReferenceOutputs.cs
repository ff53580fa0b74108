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
            Compare(_outputs[i], session.RunFirst(Samples[i]), Samples[i], meter, session.FirstLengths);
        }

        return meter.Conclude();
    }

    private static float[] Numbers(long[] integers) => Array.ConvertAll(integers, value => (float)value);

    /// <summary>Adds the difference of two outputs to a meter.</summary>
    /// <param name="wanted">The reference's.</param>
    /// <param name="found">The judged graph's.</param>
    /// <param name="sample">What both were given.</param>
    /// <param name="meter">The meter.</param>
    /// <param name="fixedLengths">Lengths of the axes that the judged graph declares; negative for those that it leaves open. Null for
    /// all declared.</param>
    /// <exception cref="QuantizationException">VNQ0101: the types differ, or the lengths of axes that are not open.</exception>
    public static void Compare(
        (Array Values, long[] Shape) wanted,
        (Array Values, long[] Shape) found,
        ModelSample sample,
        LossMeter meter,
        IReadOnlyList<int>? fixedLengths = null
    )
    {
        bool areEqual = wanted.Shape.AsSpan().SequenceEqual(found.Shape);
        if (wanted.Values.GetType() != found.Values.GetType() || !(areEqual || DifferWhereOpen(wanted.Shape, found.Shape, fixedLengths)))
        {
            throw new QuantizationException(
                QuantizationErrorIds.OutputsIncomparable,
                found: $"an output of shape [{string.Join(',', found.Shape)}] on {sample.Name}",
                expected: $"[{string.Join(',', wanted.Shape)}], as the reference gives",
                advice: "The two graphs are of different models"
            );
        }

        if (!areEqual)
        {
            long[] common = [.. wanted.Shape.Zip(found.Shape, Math.Min)];
            meter.CountOtherLength(hasCommonPart: !common.Contains(0));
            if (common.Contains(0))
            {
                return;
            }

            wanted = (Cut(wanted, common), common);
            found = (Cut(found, common), common);
        }

        if (wanted.Values is float[] numbers)
        {
            meter.Add(numbers, (float[])found.Values, wanted.Shape, areEqual ? sample.Targets : null);
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

    private static bool DifferWhereOpen(long[] wanted, long[] found, IReadOnlyList<int>? lengths) =>
        lengths is not null
        && wanted.Length == found.Length
        && lengths.Count == found.Length
        && Enumerable.Range(0, found.Length).All(axis => wanted[axis] == found[axis] || lengths[axis] < 0);

    // The leading part of a tensor along every axis.
    private static Array Cut((Array Values, long[] Shape) tensor, long[] lengths)
    {
        long count = lengths.Aggregate(1L, (product, length) => product * length);
        var cut = Array.CreateInstance(tensor.Values.GetType().GetElementType()!, count);
        long row = lengths[^1];
        for (long place = 0; place < count; place += row)
        {
            (long rest, long source, long stride) = (place / row, 0, tensor.Shape[^1]);
            for (int axis = lengths.Length - 2; axis >= 0; axis--)
            {
                source += rest % lengths[axis] * stride;
                stride *= tensor.Shape[axis];
                rest /= lengths[axis];
            }

            Array.Copy(tensor.Values, source, cut, place, row);
        }

        return cut;
    }
}
