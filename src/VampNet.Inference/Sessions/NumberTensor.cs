namespace VampNet.Inference.Sessions;

/// <summary>A tensor of any type of numbers, row-major, as doubles.</summary>
/// <param name="Values">As many elements as the shape says; 64-bit integers beyond 2^53 are rounded.</param>
/// <param name="Shape">One extent per axis.</param>
internal sealed record NumberTensor(double[] Values, long[] Shape)
{
    /// <summary>The elements before they were rounded to doubles, for tensors of integers and booleans; null for all others.</summary>
    public long[]? Integers { get; init; }
}
