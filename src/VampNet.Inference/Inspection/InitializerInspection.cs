using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inspection;

/// <summary>A constant tensor of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">The type of its elements, by its ONNX name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Elements">Number of elements.</param>
/// <param name="Bytes">Size of its contents; 0 for strings.</param>
public sealed record InitializerInspection(string Name, string ElementType, ImmutableArray<long> Shape, long Elements, long Bytes)
{
    internal static InitializerInspection Of(Value value)
    {
        TensorData data = value.Constant!;
        return new(value.Name, data.ElementType.OnnxName, data.Shape, data.ElementCount, data.ByteLength);
    }
}
