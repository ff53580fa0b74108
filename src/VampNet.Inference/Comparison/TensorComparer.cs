using System.Collections.Immutable;
using System.Numerics;

namespace VampNet.Inference.Comparison;

/// <summary>Compares tensors element by element. Correlation and averages never decide; the worst element does.</summary>
public static class TensorComparer
{
    /// <summary>Compares two row-major float32 tensors of one shape.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The judged tensor, as many elements.</param>
    /// <param name="shape">The shape of both; its product is the element count.</param>
    /// <exception cref="ArgumentException">The counts disagree, or there is nothing to compare.</exception>
    public static TensorDifference Compare(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, ReadOnlySpan<long> shape) =>
        CompareAny(expected, actual, shape);

    /// <summary>Compares two row-major tensors of one shape in double precision.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">The judged tensor, as many elements.</param>
    /// <param name="shape">The shape of both; its product is the element count.</param>
    /// <exception cref="ArgumentException">The counts disagree, or there is nothing to compare.</exception>
    internal static TensorDifference CompareDoubles(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, ReadOnlySpan<long> shape) =>
        CompareAny(expected, actual, shape);

    private static TensorDifference CompareAny<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, ReadOnlySpan<long> shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireShape(expected.Length, actual.Length, shape);
        int worst = 0,
            firstNonFinite = -1;
        long nonFinite = 0;
        double worstError = -1,
            sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = ErrorAt(i, expected, actual);
            if (!double.IsFinite(error))
            {
                nonFinite++;
                firstNonFinite = firstNonFinite < 0 ? i : firstNonFinite;
                continue;
            }

            sum += error;
            if (error > worstError)
            {
                (worst, worstError) = (i, error);
            }
        }

        int place = firstNonFinite < 0 ? worst : firstNonFinite;
        return new TensorDifference(
            expected.Length,
            nonFinite,
            sum / (expected.Length - nonFinite),
            new ElementDifference(IndexOf(place, shape), float.CreateTruncating(expected[place]), float.CreateTruncating(actual[place]))
            {
                AbsoluteError = ErrorAt(place, expected, actual),
            }
        );
    }

    private static double ErrorAt<T>(int place, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Math.Abs(double.CreateTruncating(expected[place]) - double.CreateTruncating(actual[place]));

    /// <summary>The multi-dimensional index of a flat row-major position.</summary>
    internal static ImmutableArray<long> IndexOf(long flat, ReadOnlySpan<long> shape)
    {
        long[] index = new long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        }

        return ImmutableArray.Create(index);
    }

    internal static void RequireShape(int expected, int actual, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long extent in shape)
        {
            count = checked(count * extent);
        }

        if (count != expected || count != actual || count == 0)
        {
            throw new ArgumentException(
                $"Found {expected} expected and {actual} actual elements for shape [{string.Join(", ", shape.ToArray())}]. "
                    + "Expected as many as the shape says, and at least one."
            );
        }
    }
}
