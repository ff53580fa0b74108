namespace VampNet.Onnx.ShapeInference.Shapes;

/// <summary>Multidirectional broadcasting: shapes are aligned at their last axes, and a length of 1 stretches.</summary>
internal static class BroadcastShapes
{
    /// <summary>The shape that all given inputs broadcast to; null when a rank is unknown.</summary>
    public static TensorShape? Of(InferenceContext context, params ReadOnlySpan<int> inputs)
    {
        TensorShape? result = TensorShape.Scalar;
        foreach (int input in inputs)
        {
            if (context.ShapeOf(input) is not { } shape)
            {
                result = null;
            }
            else if (result is not null)
            {
                result = Of(context, result, shape);
            }
        }

        return result;
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    /// <exception cref="OnnxException">Two lengths are different numbers other than 1.</exception>
    public static TensorShape Of(InferenceContext context, TensorShape left, TensorShape right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        return new TensorShape(
            Enumerable
                .Range(0, rank)
                .Select(axis => Length(context, At(left, axis - rank + left.Rank), At(right, axis - rank + right.Rank), left, right))
        );
    }

    // Lengths that broadcast are equal, or one is 1. Where the second is never more than the first, and is 1 (or 0) only together with it,
    // the result has the first: min(T, 512) beside T, as where positions are cut from a table.
    private static bool StretchesTo(Dim length, Dim other) =>
        !length.HasUnknown && !other.HasUnknown && length.IsAtLeast(other) && Dim.Min(length, 2) == Dim.Min(other, 2);

    private static Dim At(TensorShape shape, int axis) => axis < 0 ? Dim.One : shape[axis];

    private static Dim Length(InferenceContext context, Dim left, Dim right, TensorShape leftShape, TensorShape rightShape)
    {
        if (left == right || right.Is(1))
        {
            return left;
        }

        if (left.Is(1))
        {
            return right;
        }

        if (left.IsConstant && right.IsConstant)
        {
            throw context.RefuseLength($"the shapes {leftShape} and {rightShape}", "shapes that broadcast");
        }

        // A length other than 1 stays; the other must be equal to it, or 1.
        if (left.IsConstant || left.LowerBound > 1)
        {
            return left;
        }

        if (right.IsConstant || right.LowerBound > 1)
        {
            return right;
        }

        if (StretchesTo(left, right))
        {
            return left;
        }

        if (StretchesTo(right, left))
        {
            return right;
        }

        bool isChosen = (left.HasElement || right.HasElement) && !left.HasUnknown && !right.HasUnknown;
        return isChosen ? ChosenAxes.Known(() => Dim.IfEqual(left, 1, right, left)) : Dim.Unknown();
    }
}
