namespace VampNet.Quantization.Judging;

/// <summary>Accumulates how near outputs are to the reference's, in the measure of their kind.</summary>
/// <remarks>Source of SI-SDR: Le Roux et al., SDR - half-baked or well done?, arXiv:1811.02508.</remarks>
internal sealed class SimilarityMeter
{
    private readonly OutputKind _kind;
    private double _sum;
    private long _rows;
    private double _squares;
    private double _absolute;
    private long _elements;
    private double _minimum = double.PositiveInfinity;
    private double _maximum = double.NegativeInfinity;

    private SimilarityMeter(OutputKind kind) => _kind = kind;

    /// <summary>A meter for a kind that has a measure of its own; null for others.</summary>
    public static SimilarityMeter? For(OutputKind kind) =>
        kind is OutputKind.Image or OutputKind.Embedding or OutputKind.Audio or OutputKind.Regression ? new SimilarityMeter(kind) : null;

    /// <summary>Compares two outputs of one shape.</summary>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, long[] shape)
    {
        if (_kind is OutputKind.Embedding or OutputKind.Audio)
        {
            int length = shape.Length == 0 ? 1 : (int)shape[^1];
            for (int start = 0; length > 0 && start < expected.Length; start += length)
            {
                AddRow(expected.Slice(start, length), actual.Slice(start, length));
            }

            return;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            double difference = (double)expected[i] - actual[i];
            _squares += difference * difference;
            _absolute += Math.Abs(difference);
            _minimum = Math.Min(_minimum, expected[i]);
            _maximum = Math.Max(_maximum, expected[i]);
        }

        _elements += expected.Length;
    }

    /// <summary>The result; 0 rows or elements give NaN, which meets no goal.</summary>
    public OutputSimilarity Conclude()
    {
        // A constant output has no range; its own size stands for it.
        double range = _maximum > _minimum ? _maximum - _minimum : Math.Max(Math.Abs(_maximum), 1);
        return new OutputSimilarity(
            _kind == OutputKind.Embedding ? _sum / _rows : null,
            _kind == OutputKind.Image ? 10 * Math.Log10(range * range / (_squares / _elements)) : null,
            _kind == OutputKind.Audio ? _sum / _rows : null,
            _kind == OutputKind.Regression ? _absolute / _elements / range : null
        );
    }

    private void AddRow(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double product = 0,
            own = 0,
            other = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            product += (double)expected[i] * actual[i];
            own += (double)expected[i] * expected[i];
            other += (double)actual[i] * actual[i];
        }

        if (_kind == OutputKind.Embedding)
        {
            _sum += own == 0 && other == 0 ? 1 : product / Math.Max(Math.Sqrt(own) * Math.Sqrt(other), double.Epsilon);
            _rows++;
        }
        else if (own > 0)
        {
            // SI-SDR is undefined for silence in the reference.
            double along = product * product / own;
            _sum += 10 * Math.Log10(along / Math.Max(other - along, 0));
            _rows++;
        }
    }
}
