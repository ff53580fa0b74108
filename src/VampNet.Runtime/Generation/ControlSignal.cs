namespace VampNet.Runtime.Generation;

/// <summary>A control signal over a chunk, such as loudness or chroma.</summary>
/// <param name="Values">[B,dim,T] in row-major order.</param>
/// <param name="Mask">[B,T]: 1 where the signal counts, 0 where it does not.</param>
public sealed record ControlSignal(float[] Values, float[] Mask);
