using System.Numerics.Tensors;

namespace VampNet.Architecture.Expressions;

/// <summary>Every element times one factor.</summary>
internal sealed class Scaling(WeightExpression tensor, float factor) : WeightExpression(tensor.Shape)
{
    public override int BlockRows => tensor.BlockRows;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        tensor.ReadRows(firstRow, destination);
        TensorPrimitives.Multiply(destination, factor, destination);
    }
}
