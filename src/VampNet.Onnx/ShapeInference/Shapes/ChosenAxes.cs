using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Shapes;

/// <summary>
/// Axes that an input of the model gives: they are known only at run time, but the result's lengths are expressions in them. Axis a of an
/// input of length L that is cut to l where an axis is named has <c>if(axes[0] = a, l, L)</c>, axes counted from the front.
/// </summary>
internal static class ChosenAxes
{
    /// <summary>The axes counted from the front; null where one is not known.</summary>
    public static Dim[]? Of(ImmutableArray<Dim?> axes, int rank) =>
        axes.Contains(null) ? null : [.. axes.Select(axis => Dim.IfLess(axis!, 0, axis! + rank, axis!))];

    /// <summary>A shape in which each axis that is named has another length than before.</summary>
    /// <param name="before">The shape before.</param>
    /// <param name="axes">The axes, counted from the front.</param>
    /// <param name="length">The new length for the axis that is the given one of them, by the length before.</param>
    public static TensorShape Change(TensorShape before, Dim[] axes, Func<int, Dim, Dim> length) =>
        new(
            before.Select(
                (old, axis) =>
                    Known(() =>
                        axes.Index().Aggregate(old, (chosen, named) => Dim.IfEqual(named.Item, axis, length(named.Index, old), chosen))
                    )
            )
        );

    /// <summary>A shape without the one axis that is named.</summary>
    public static TensorShape Remove(TensorShape before, Dim named) =>
        new(
            Enumerable
                .Range(0, Math.Max(0, before.Rank - 1))
                .Select(axis => Known(() => Dim.IfLess(axis, named, before[axis], before[axis + 1])))
        );

    /// <summary>A shape with an axis of length 1 at the place that is named.</summary>
    public static TensorShape Insert(TensorShape before, Dim named) =>
        new(
            Enumerable
                .Range(0, before.Rank + 1)
                .Select(axis =>
                    Known(() =>
                        Dim.IfEqual(
                            named,
                            axis,
                            1,
                            axis == 0
                                ? before.Rank == 0
                                    ? Dim.One
                                    : before[0]
                                : axis == before.Rank
                                    ? before[axis - 1]
                                    : Dim.IfLess(axis, named, before[axis], before[axis - 1])
                        )
                    )
                )
        );

    /// <summary>The length, or an unknown one where its expression grows beyond what is followed.</summary>
    public static Dim Known(Func<Dim> length)
    {
        try
        {
            return length();
        }
        catch (OverflowException)
        {
            return Dim.Unknown();
        }
    }
}
