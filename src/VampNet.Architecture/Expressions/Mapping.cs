using System.Buffers;
using System.Collections.Immutable;

namespace VampNet.Architecture.Expressions;

/// <summary>A function of whole tensors, for transforms that no other expression covers. Its inputs are materialized while it
/// runs.</summary>
internal sealed class Mapping(ImmutableArray<WeightExpression> inputs, ImmutableArray<int> shape, WeightFunction function)
    : WeightExpression(shape)
{
    public override int BlockRows => RowCount;

    public override void ReadRows(int firstRow, Span<float> destination)
    {
        if (destination.Length == ElementCount)
        {
            Evaluate(destination);
            return;
        }

        float[] whole = ArrayPool<float>.Shared.Rent(ElementCount);
        Evaluate(whole.AsSpan(0, ElementCount));
        whole.AsSpan(firstRow * RowLength, destination.Length).CopyTo(destination);
        ArrayPool<float>.Shared.Return(whole);
    }

    private void Evaluate(Span<float> destination)
    {
        var values = new ReadOnlyMemory<float>[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            float[] value = new float[inputs[i].ElementCount];
            inputs[i].ReadRows(0, value);
            values[i] = value;
        }

        function(values, destination);
    }
}
