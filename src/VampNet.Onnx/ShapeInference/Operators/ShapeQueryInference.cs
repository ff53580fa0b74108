namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Shape and Size: axis lengths become elements.</summary>
internal static class ShapeQueryInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Shape, "Shape");
        registry.Add(Size, "Size");
    }

    private static void Shape(InferenceContext context)
    {
        if (context.ShapeOf(0) is not { } shape)
        {
            context.Set(0, ElementType.Int64, TensorShape.OfRank(1));
            return;
        }

        int start = Clamp(context.Int("start", 0), shape.Rank);
        int end = Clamp(context.Int("end", shape.Rank), shape.Rank);
        var elements = SymbolicTensor.Vector(shape.Skip(start).Take(end - start));
        context.Set(0, ElementType.Int64, TensorShape.Of(elements.Elements.Length), elements);
    }

    private static void Size(InferenceContext context) =>
        context.Set(
            0,
            ElementType.Int64,
            TensorShape.Scalar,
            context.ShapeOf(0) is { } shape ? SymbolicTensor.Scalar(shape.ElementCount) : null
        );

    private static int Clamp(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
