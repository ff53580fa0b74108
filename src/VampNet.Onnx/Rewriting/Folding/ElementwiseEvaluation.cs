namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Operators that compute each element from the elements at its place, inputs broadcast as NumPy does.</summary>
internal static class ElementwiseEvaluation
{
    public static ConstantTensor? Unary(ConstantTensor input, Func<double, double>? real, Func<long, long>? integer) =>
        input.IsReal
            ? real is null
                ? null
                : ConstantTensor.Of(input.Type, input.Shape, Array.ConvertAll(input.Reals, value => real(value)))
            : integer is null
                ? null
                : ConstantTensor.Of(input.Type, input.Shape, Array.ConvertAll(input.Integers, value => integer(value))).Cast(input.Type);

    public static ConstantTensor? Binary(
        IReadOnlyList<ConstantTensor?> inputs,
        Func<double, double, double>? real,
        Func<long, long, long> integer
    )
    {
        if (Broadcast(inputs[0]!, inputs[1]!) is not (var left, var right) || left.Type != right.Type)
        {
            return null;
        }

        if (!left.IsReal)
        {
            return ConstantTensor.Of(left.Type, left.Shape, Zip(left.Integers, right.Integers, integer)).Cast(left.Type);
        }

        return real is null ? null : ConstantTensor.Of(left.Type, left.Shape, Zip(left.Reals, right.Reals, real)).Cast(left.Type);
    }

    /// <summary>Integers truncate toward zero; a zero divisor among them has no result.</summary>
    public static ConstantTensor? Divide(IReadOnlyList<ConstantTensor?> inputs) =>
        !inputs[1]!.IsReal && inputs[1]!.Integers.Any(divisor => divisor is 0 or -1)
            ? null
            : Binary(inputs, (a, b) => a / b, (a, b) => a / b);

    /// <summary>Computes only powers of 2, which are products: libraries round other powers differently.</summary>
    public static ConstantTensor? Square(IReadOnlyList<ConstantTensor?> inputs) =>
        inputs[0]!.IsReal && inputs[1] is { IsReal: true, Rank: 0, Reals: [2.0] }
            ? Unary(inputs[0]!, value => value * value, null)!.Cast(inputs[0]!.Type)
            : null;

    public static ConstantTensor? Compare(
        IReadOnlyList<ConstantTensor?> inputs,
        Func<double, double, bool> real,
        Func<long, long, bool> integer
    )
    {
        if (Broadcast(inputs[0]!, inputs[1]!) is not (var left, var right) || left.Type != right.Type)
        {
            return null;
        }

        return ConstantTensor.Of(
            ElementType.Bool,
            left.Shape,
            left.IsReal
                ? Zip(left.Reals, right.Reals, (a, b) => real(a, b) ? 1L : 0L)
                : Zip(left.Integers, right.Integers, (a, b) => integer(a, b) ? 1L : 0L)
        );
    }

    public static ConstantTensor? Where(IReadOnlyList<ConstantTensor?> inputs)
    {
        if (inputs[1]!.Type != inputs[2]!.Type || Broadcast(inputs[1]!, inputs[2]!) is not (var yes, var no))
        {
            return null;
        }

        if (Broadcast(inputs[0]!, yes) is not (var condition, var widened) || Broadcast(widened, no) is not (_, var other))
        {
            return null;
        }

        bool[] chosen = Array.ConvertAll(condition.Integers, value => value != 0);
        return widened.IsReal
            ? ConstantTensor.Of(
                widened.Type,
                widened.Shape,
                [.. chosen.Select((isFirst, i) => isFirst ? widened.Reals[i] : other.Reals[i])]
            )
            : ConstantTensor.Of(
                widened.Type,
                widened.Shape,
                [.. chosen.Select((isFirst, i) => isFirst ? widened.Integers[i] : other.Integers[i])]
            );
    }

    /// <summary>Both tensors in their common shape; null when they have none.</summary>
    public static (ConstantTensor Left, ConstantTensor Right)? Broadcast(ConstantTensor left, ConstantTensor right)
    {
        if (BroadcastShape(left.Shape, right.Shape) is not { } shape)
        {
            return null;
        }

        return (Widen(left, shape), Widen(right, shape));
    }

    /// <summary>The common shape; null when there is none.</summary>
    public static long[]? BroadcastShape(long[] left, long[] right)
    {
        long[] shape = new long[Math.Max(left.Length, right.Length)];
        for (int i = 1; i <= shape.Length; i++)
        {
            long a = i <= left.Length ? left[^i] : 1;
            long b = i <= right.Length ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            shape[^i] = a == 1 ? b : a;
        }

        return shape;
    }

    /// <summary>A tensor repeated along its axes of length 1.</summary>
    public static ConstantTensor Widen(ConstantTensor tensor, long[] shape)
    {
        if (tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            return tensor;
        }

        int skipped = shape.Length - tensor.Rank;
        return tensor.Pick(
            shape,
            IndexSpace.Positions(
                shape,
                index =>
                {
                    long position = 0;
                    for (int axis = 0; axis < tensor.Rank; axis++)
                    {
                        position = (position * tensor.Shape[axis]) + (tensor.Shape[axis] == 1 ? 0 : index[axis + skipped]);
                    }

                    return (int)position;
                }
            )
        );
    }

    private static TOut[] Zip<TIn, TOut>(TIn[] left, TIn[] right, Func<TIn, TIn, TOut> combine)
    {
        TOut[] result = new TOut[left.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = combine(left[i], right[i]);
        }

        return result;
    }
}
