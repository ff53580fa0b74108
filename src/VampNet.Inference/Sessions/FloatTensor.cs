namespace VampNet.Inference.Sessions;

/// <summary>A float32 tensor, row-major.</summary>
/// <param name="Values">As many elements as the shape says.</param>
/// <param name="Shape">One extent per axis.</param>
public sealed record FloatTensor(float[] Values, long[] Shape)
{
    /// <summary>The elements before they were rounded to float32, for tensors of integers and booleans; null for all others.</summary>
    internal long[]? Integers { get; init; }
}
