using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Slice: a range of each given axis.</summary>
internal static class SliceInference
{
    /// <summary>The specification's word for "to the end" of an axis of unknown length, in the narrower of the two index types.</summary>
    private const long End = int.MaxValue;

    public static void Register(OperatorRegistry registry)
    {
        registry.Add(
            "Slice",
            1,
            static context => Slice(context, Attribute(context, "starts"), Attribute(context, "ends"), Attribute(context, "axes"), null)
        );
        registry.Add(
            "Slice",
            10,
            static context => Slice(context, Input(context, 1), Input(context, 2), Input(context, 3), Input(context, 4))
        );
    }

    private static Dim?[]? Attribute(InferenceContext context, string name) =>
        context.Ints(name) is { } numbers ? [.. numbers.Select(Dim.Of)] : null;

    private static Dim?[]? Input(InferenceContext context, int input) =>
        context.Has(input) && context.VectorOf(input) is { } elements ? [.. elements] : null;

    private static void Slice(InferenceContext context, Dim?[]? starts, Dim?[]? ends, Dim?[]? axes, Dim?[]? steps)
    {
        ElementType element = context.ElementOf(0);
        if (context.ShapeOf(0) is not { } input)
        {
            context.Set(0, element, null);
            return;
        }

        int? count = starts?.Length ?? ends?.Length;
        bool areAxesKnown = count is not null && !(context.Has(3) && axes is null);
        int[]? cut = areAxesKnown ? Axes(context, input, axes, count!.Value) : null;
        foreach (Dim?[]? list in (Dim?[]?[])[starts, ends, steps])
        {
            if (list is not null && list.Length != count)
            {
                throw context.RefuseLength($"{list.Length} starts, ends or steps", $"{count}, one for each axis");
            }
        }

        if (cut is null)
        {
            Dim[]? chosen = areAxesKnown ? ChosenAxes.Of([.. axes!], input.Rank) : null;
            context.Set(
                0,
                element,
                chosen is null ? TensorShape.OfRank(input.Rank) : ChosenAxes.Change(input, chosen, (i, length) => Cut(i, length).Length)
            );
            return;
        }

        SliceRange[] ranges = input.Select(static length => new SliceRange(Dim.Zero, 1, length)).ToArray();
        for (int i = 0; i < cut.Length; i++)
        {
            ranges[cut[i]] = Cut(i, input[cut[i]]);
        }

        var shape = new TensorShape(ranges.Select(static range => range.Length));
        context.Set(0, element, shape, Elements(context.ElementsOf(0), shape, ranges));

        SliceRange Cut(int i, Dim length) =>
            Range(context, length, starts?[i], ends?[i], steps is null ? (context.Has(4) ? null : Dim.One) : steps[i]);
    }

    private static int[]? Axes(InferenceContext context, TensorShape input, Dim?[]? axes, int count)
    {
        if (axes is null)
        {
            return count <= input.Rank
                ? [.. Enumerable.Range(0, count)]
                : throw context.RefuseLength($"{count} starts", $"{input.Rank} at most, the rank");
        }

        if (axes.Length != count)
        {
            throw context.RefuseLength($"{axes.Length} axes", $"{count}, as many as starts");
        }

        return axes.All(static axis => axis is { IsConstant: true })
            ? context.Axes(axes.Select(static axis => axis!.TryGetConstant(out long number) ? number : 0), input.Rank)
            : null;
    }

    private static SliceRange Range(InferenceContext context, Dim length, Dim? start, Dim? end, Dim? step)
    {
        if (step is { HasElement: true })
        {
            return new(
                null,
                1,
                ChosenAxes.Known(() => Dim.IfLess(step, 0, Length(length, start, end, step, -1), Length(length, start, end, step, 1)))
            );
        }

        if (step is null || !step.TryGetConstant(out long stride))
        {
            return new(null, 1, Dim.Unknown());
        }

        if (stride is 0 or long.MinValue)
        {
            throw context.RefuseParameter($"the step {stride}", "one other than 0");
        }

        return new(First(length, start, stride), stride, ChosenAxes.Known(() => Length(length, start, end, step, stride)));
    }

    /// <summary>The number of elements from start to end, by a step of the given sign.</summary>
    private static Dim Length(Dim length, Dim? start, Dim? end, Dim step, long sign)
    {
        Dim? first = First(length, start, sign);
        Dim? last = sign > 0 ? Clamp(end, length, Dim.Zero, length) : Clamp(end, length, -1, length - 1);
        return first is null || last is null ? Dim.Unknown() : Dim.Max((last - first).CeilDiv(step), 0);
    }

    private static Dim? First(Dim length, Dim? start, long sign) => Clamp(start, length, Dim.Zero, sign > 0 ? length : length - 1);

    /// <summary>An index counted from the front and kept within bounds; null where its sign is not known.</summary>
    private static Dim? Clamp(Dim? index, Dim length, Dim low, Dim high)
    {
        if (index is null)
        {
            return null;
        }

        if (index.TryGetConstant(out long number))
        {
            if (number >= End)
            {
                return high;
            }

            if (number <= -End)
            {
                return Dim.Min(low, high);
            }
        }

        if (index.UpperBound < 0)
        {
            return FromEnd(index);
        }

        if (index.LowerBound >= 0)
        {
            return Dim.Min(index, high);
        }

        return index.HasElement ? Dim.IfLess(index, 0, FromEnd(index), Dim.Min(index, high)) : null;

        // Counted from the end it lies below the length; below the highest index too, unless the axis is empty.
        Dim FromEnd(Dim negative) => Dim.Max(low, negative + length) is var kept && high.IsAtLeast(low) ? kept : Dim.Min(kept, high);
    }

    private static SymbolicTensor? Elements(SymbolicTensor? elements, TensorShape shape, SliceRange[] ranges)
    {
        if (elements is null)
        {
            return null;
        }

        long[] firsts = ranges
            .Select(static range => range.First is not null && range.First.TryGetConstant(out long number) ? number : -1)
            .ToArray();
        return firsts.Contains(-1) && !shape.ElementCount.Is(0)
            ? null
            : SymbolicTensor.Build(
                shape,
                at => elements.At([.. at.Select((index, axis) => (int)(firsts[axis] + (index * ranges[axis].Stride)))])
            );
    }

    private readonly record struct SliceRange(Dim? First, long Stride, Dim Length);
}
