namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Slice: a range of each given axis.</summary>
internal static class SliceInference
{
    /// <summary>The specification's word for "to the end" of an axis of unknown length, in the narrower of the two index types.</summary>
    private const long End = int.MaxValue;

    public static void Register(OperatorRegistry registry)
    {
        registry.Add("Slice", 1, static context => Slice(context, Attribute(context, "starts"), Attribute(context, "ends"), Attribute(context, "axes"), null));
        registry.Add("Slice", 10, static context => Slice(context, Input(context, 1), Input(context, 2), Input(context, 3), Input(context, 4)));
    }

    private static Dim?[]? Attribute(InferenceContext context, string name) => context.Ints(name) is { } numbers ? [.. numbers.Select(Dim.Of)] : null;

    private static Dim?[]? Input(InferenceContext context, int input) =>
        context.Has(input) && context.VectorOf(input) is { } elements ? [.. elements] : null;

    private static void Slice(InferenceContext context, Dim?[]? starts, Dim?[]? ends, Dim?[]? axes, Dim?[]? steps)
    {
        var element = context.ElementOf(0);
        if (context.ShapeOf(0) is not { } input)
        {
            context.Set(0, element, null);
            return;
        }

        var count = starts?.Length ?? ends?.Length;
        var cut = count is null || (context.Has(3) && axes is null) ? null : Axes(context, input, axes, count.Value);
        if (cut is null)
        {
            context.Set(0, element, TensorShape.OfRank(input.Rank));
            return;
        }

        foreach (var list in (Dim?[]?[])[starts, ends, steps])
        {
            if (list is not null && list.Length != count) throw context.RefuseLength($"{list.Length} starts, ends or steps", $"{count}, one for each axis");
        }

        var ranges = input.Select(static length => new SliceRange(Dim.Zero, 1, length)).ToArray();
        for (var i = 0; i < cut.Length; i++)
            ranges[cut[i]] = Range(context, input[cut[i]], starts?[i], ends?[i], steps is null ? (context.Has(4) ? null : Dim.One) : steps[i]);
        var shape = new TensorShape(ranges.Select(static range => range.Length));
        context.Set(0, element, shape, Elements(context.ElementsOf(0), shape, ranges));
    }

    private static int[]? Axes(InferenceContext context, TensorShape input, Dim?[]? axes, int count)
    {
        if (axes is null) return count <= input.Rank ? [.. Enumerable.Range(0, count)] : throw context.RefuseLength($"{count} starts", $"{input.Rank} at most, the rank");
        if (axes.Length != count) throw context.RefuseLength($"{axes.Length} axes", $"{count}, as many as starts");
        return axes.All(static axis => axis is { IsConstant: true })
            ? context.Axes(axes.Select(static axis => axis!.TryGetConstant(out var number) ? number : 0), input.Rank)
            : null;
    }

    private static SliceRange Range(InferenceContext context, Dim length, Dim? start, Dim? end, Dim? step)
    {
        if (step is null || !step.TryGetConstant(out var stride)) return new(null, 1, Dim.Unknown());
        if (stride is 0 or long.MinValue) throw context.RefuseParameter($"the step {stride}", "one other than 0");
        var first = stride > 0 ? Clamp(start, length, Dim.Zero, length) : Clamp(start, length, Dim.Zero, length - 1);
        var last = stride > 0 ? Clamp(end, length, Dim.Zero, length) : Clamp(end, length, -1, length - 1);
        if (first is null || last is null) return new(first, stride, Dim.Unknown());
        var span = stride > 0 ? last - first : first - last;
        return new(first, stride, Dim.Max(span.CeilDiv(Math.Abs(stride)), 0));
    }

    /// <summary>An index counted from the front and kept within bounds; null where its sign is not known.</summary>
    private static Dim? Clamp(Dim? index, Dim length, Dim low, Dim high)
    {
        if (index is null) return null;
        if (index.TryGetConstant(out var number))
        {
            if (number >= End) return high;
            if (number <= -End) return low;
        }

        if (index.UpperBound < 0) index += length;
        else if (!(index.LowerBound >= 0)) return null;
        return Dim.Max(low, Dim.Min(index, high));
    }

    private static SymbolicTensor? Elements(SymbolicTensor? elements, TensorShape shape, SliceRange[] ranges)
    {
        if (elements is null) return null;
        var firsts = ranges.Select(static range => range.First is not null && range.First.TryGetConstant(out var number) ? number : -1).ToArray();
        return firsts.Contains(-1) && !shape.ElementCount.Is(0)
            ? null
            : SymbolicTensor.Build(shape, at => elements.At([.. at.Select((index, axis) => (int)(firsts[axis] + (index * ranges[axis].Stride)))]));
    }

    private readonly record struct SliceRange(Dim? First, long Stride, Dim Length);
}
