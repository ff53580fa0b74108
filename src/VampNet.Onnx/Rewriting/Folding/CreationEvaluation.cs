namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Operators that make a tensor from a description of it.</summary>
internal static class CreationEvaluation
{
    public static ConstantTensor? ConstantOfShape(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        TensorData value = node.Attributes.GetTensor("value") ?? TensorData.FromArray([0f], 1);
        long[] shape = inputs[0]!.Integers;
        return value.ElementCount == 1 && ConstantTensor.Supports(value.ElementType) && shape.All(length => length >= 0)
            ? ConstantTensor.Of(value).Pick(shape, IndexSpace.Positions(shape, _ => 0))
            : null;
    }

    public static ConstantTensor? Range(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        if (inputs.Any(input => input is not { IsReal: false, Count: 1 }) || inputs[2]!.Integers[0] == 0)
        {
            return null;
        }

        (long start, long limit, long delta) = (inputs[0]!.Integers[0], inputs[1]!.Integers[0], inputs[2]!.Integers[0]);
        long count = Math.Max(0, (limit - start + delta - Math.Sign(delta)) / delta);
        return ConstantTensor.Of(inputs[0]!.Type, [count], [.. Enumerable.Range(0, (int)count).Select(i => start + (i * delta))]);
    }

    public static ConstantTensor? Shape(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        long[] shape = inputs[0]!.Shape;
        return !node.Attributes.Contains("start") && !node.Attributes.Contains("end")
            ? ConstantTensor.Of(ElementType.Int64, [shape.Length], (long[])shape.Clone())
            : null;
    }
}
