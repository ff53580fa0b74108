using System.Collections.Immutable;

namespace VampNet.Inference.Comparison;

/// <summary>One element of two compared tensors.</summary>
/// <param name="Index">Index of the element, one number per axis, row-major.</param>
/// <param name="Expected">The reference's value.</param>
/// <param name="Actual">The judged value.</param>
public sealed record ElementDifference(ImmutableArray<long> Index, float Expected, float Actual)
{
    private readonly double? _absoluteError;

    /// <summary>|expected - actual|, computed in double; NaN when either is NaN. Where doubles were compared, it is theirs, before they
    /// were rounded to float32.</summary>
    public double AbsoluteError
    {
        get => _absoluteError ?? Math.Abs((double)Expected - Actual);
        init => _absoluteError = value;
    }

    /// <summary>Float32 steps between the two values.</summary>
    public long Ulp => UlpDistance.Between(Expected, Actual);

    /// <summary>False when either value is NaN or infinite.</summary>
    public bool IsFinite => float.IsFinite(Expected) && float.IsFinite(Actual);

    /// <summary>The place and both values on one line, for logs and tables.</summary>
    public override string ToString() => $"[{string.Join(", ", Index)}] expected {Expected:R}, actual {Actual:R}";
}
