namespace VampNet.Inference.Sessions;

/// <summary>A float32 tensor, row-major.</summary>
/// <param name="Values">As many elements as the shape says.</param>
/// <param name="Shape">One extent per axis.</param>
public sealed record FloatTensor(float[] Values, long[] Shape);
