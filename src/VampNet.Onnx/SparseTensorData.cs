using System.Collections.Immutable;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx;

/// <summary>A sparse constant: the elements that are not zero, and where they are.</summary>
/// <param name="Values">The elements, [NNZ].</param>
/// <param name="Indices">Int64 positions: [NNZ, rank] coordinates, or [NNZ] positions in row-major order; ascending.</param>
/// <param name="Shape">The dimensions of the dense equivalent.</param>
public sealed record SparseTensorData(TensorData Values, TensorData Indices, ImmutableArray<long> Shape)
{
    internal SparseTensorProto? Carrier { get; init; }
}
