using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Matrix products: MatMul and its integer and quantized kin, Gemm, Det.</summary>
internal static class MatMulInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(static context => context.Set(0, context.CommonElement(0, 1), Product(context, 0, 1)), "MatMul");
        registry.Add(static context => context.Set(0, ElementType.Int32, Product(context, 0, 1)), "MatMulInteger");
        registry.Add(static context => context.Set(0, context.ElementOf(7), Product(context, 0, 3)), "QLinearMatMul");
        registry.Add(Gemm, "Gemm");
        registry.Add(Determinant, "Det");
    }

    /// <summary>The shape of numpy's matmul: a vector counts as a row on the left and as a column on the right, and its axis is dropped
    /// after.</summary>
    public static TensorShape? Product(InferenceContext context, int leftInput, int rightInput)
    {
        (TensorShape? left, TensorShape? right) = (context.ShapeOf(leftInput, 1), context.ShapeOf(rightInput, 1));
        if (left is null || right is null)
        {
            return null;
        }

        TensorShape rows = left.Rank == 1 ? new TensorShape(left.Dims.Insert(0, Dim.One)) : left;
        TensorShape columns = right.Rank == 1 ? new TensorShape(right.Dims.Add(Dim.One)) : right;
        context.SameLength(rows[^1], columns[^2], $"the axis summed over, of {left} and {right}");
        TensorShape batch = BroadcastShapes.Of(context, new TensorShape(rows.SkipLast(2)), new TensorShape(columns.SkipLast(2)));
        var dims = batch.ToList();
        if (left.Rank > 1)
        {
            dims.Add(rows[^2]);
        }

        if (right.Rank > 1)
        {
            dims.Add(columns[^1]);
        }

        return new TensorShape(dims);
    }

    public static void Gemm(InferenceContext context)
    {
        (TensorShape? left, TensorShape? right) = (context.ShapeOf(0, 2, 2), context.ShapeOf(1, 2, 2));
        (bool transposesLeft, bool transposesRight) = (context.Flag("transA"), context.Flag("transB"));
        Dim rows = left is null ? Dim.Unknown() : left[transposesLeft ? 1 : 0];
        Dim columns = right is null ? Dim.Unknown() : right[transposesRight ? 0 : 1];
        if (left is not null && right is not null)
        {
            context.SameLength(
                left[transposesLeft ? 0 : 1],
                right[transposesRight ? 1 : 0],
                $"the axis summed over, of {left} and {right}"
            );
        }

        context.Set(0, context.CommonElement(0, 1), new TensorShape(rows, columns));
    }

    private static void Determinant(InferenceContext context) =>
        context.Set(0, context.ElementOf(0), context.ShapeOf(0, 2) is { } shape ? new TensorShape(shape.SkipLast(2)) : null);
}
