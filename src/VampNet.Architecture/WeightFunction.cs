namespace VampNet.Architecture;

/// <summary>Computes a weight from the elements of others, all in row-major order.</summary>
/// <param name="inputs">The elements of each input.</param>
/// <param name="destination">Receives every element of the result; its former content is arbitrary.</param>
public delegate void WeightFunction(ReadOnlySpan<ReadOnlyMemory<float>> inputs, Span<float> destination);
