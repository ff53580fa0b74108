namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Operators that move elements without changing them.</summary>
internal static class MovementEvaluation
{
    public static ConstantTensor? Reshape(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        bool copiesZeros = node.Attributes.GetInt("allowzero", 0) == 0;
        long[] shape = (long[])inputs[1]!.Integers.Clone();
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0 && copiesZeros)
            {
                if (i >= data.Rank)
                {
                    return null;
                }

                shape[i] = data.Shape[i];
            }
        }

        int open = Array.IndexOf(shape, -1);
        if (open >= 0)
        {
            long rest = shape.Where((_, i) => i != open).Aggregate(1L, (product, length) => product * length);
            if (rest == 0)
            {
                return null;
            }

            shape[open] = data.Count / rest;
        }

        return shape.All(length => length >= 0) && shape.Aggregate(1L, (product, length) => product * length) == data.Count
            ? data.WithShape(shape)
            : null;
    }

    public static ConstantTensor? Flatten(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        long axis = node.Attributes.GetInt("axis", 1);
        axis += axis < 0 ? data.Rank : 0;
        return axis >= 0 && axis <= data.Rank
            ? data.WithShape([Product(data.Shape.AsSpan(0, (int)axis)), Product(data.Shape.AsSpan((int)axis))])
            : null;
    }

    public static ConstantTensor? Squeeze(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        if (IndexSpace.AxesOf(node, inputs) is not { } axes)
        {
            return data.WithShape([.. data.Shape.Where(length => length != 1)]);
        }

        HashSet<int?> removed = [.. axes.Select(axis => IndexSpace.Axis(axis, data.Rank))];
        return removed.All(axis => axis is not null && data.Shape[axis.Value] == 1)
            ? data.WithShape([.. data.Shape.Where((_, axis) => !removed.Contains(axis))])
            : null;
    }

    public static ConstantTensor? Unsqueeze(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        if (IndexSpace.AxesOf(node, inputs) is not { } axes)
        {
            return null;
        }

        int rank = data.Rank + axes.Length;
        HashSet<int?> added = [.. axes.Select(axis => IndexSpace.Axis(axis, rank))];
        if (added.Count != axes.Length || added.Contains(null))
        {
            return null;
        }

        Queue<long> rest = new(data.Shape);
        return data.WithShape([.. Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : rest.Dequeue())]);
    }

    public static ConstantTensor? Transpose(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        long[] perm = node.Attributes.GetInts("perm") is { } given
            ? [.. given]
            : [.. Enumerable.Range(0, data.Rank).Reverse().Select(axis => (long)axis)];
        if (!perm.Order().SequenceEqual(Enumerable.Range(0, data.Rank).Select(axis => (long)axis)))
        {
            return null;
        }

        long[] source = new long[data.Rank];
        return data.Pick(
            [.. perm.Select(axis => data.Shape[axis])],
            IndexSpace.Positions(
                [.. perm.Select(axis => data.Shape[axis])],
                index =>
                {
                    for (int i = 0; i < perm.Length; i++)
                    {
                        source[perm[i]] = index[i];
                    }

                    return IndexSpace.PositionOf(source, data.Shape);
                }
            )
        );
    }

    public static ConstantTensor? Concat(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor first = inputs[0]!;
        if (
            IndexSpace.Axis(node.Attributes.GetInt("axis"), first.Rank) is not { } axis
            || inputs.Any(input =>
                input is null
                || input.Type != first.Type
                || input.Rank != first.Rank
                || input.Shape.Where((length, i) => i != axis && length != first.Shape[i]).Any()
            )
        )
        {
            return null;
        }

        long[] shape = (long[])first.Shape.Clone();
        shape[axis] = inputs.Sum(input => input!.Shape[axis]);
        long outer = Product(shape.AsSpan(0, axis));
        List<double> reals = [];
        List<long> integers = [];
        for (int i = 0; i < outer; i++)
        {
            foreach (ConstantTensor? input in inputs)
            {
                int block = (int)Product(input!.Shape.AsSpan(axis));
                if (input.IsReal)
                {
                    reals.AddRange(input.Reals.AsSpan(i * block, block));
                }
                else
                {
                    integers.AddRange(input.Integers.AsSpan(i * block, block));
                }
            }
        }

        return first.IsReal ? ConstantTensor.Of(first.Type, shape, [.. reals]) : ConstantTensor.Of(first.Type, shape, [.. integers]);
    }

    /// <summary>Slices by inputs, as since opset 10, with steps of any sign.</summary>
    public static ConstantTensor? Slice(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        if (inputs.Count < 3 || inputs[1] is not { } starts || inputs[2] is not { } ends)
        {
            return null;
        }

        long[] axes =
            inputs.Count > 3 && inputs[3] is { } given ? given.Integers : [.. Enumerable.Range(0, starts.Count).Select(axis => (long)axis)];
        long[] steps = inputs.Count > 4 && inputs[4] is { } stride ? stride.Integers : [.. axes.Select(_ => 1L)];
        if (axes.Length != starts.Count || ends.Count != starts.Count || steps.Length != starts.Count || steps.Contains(0))
        {
            return null;
        }

        long[] shape = (long[])data.Shape.Clone();
        long[] first = new long[data.Rank];
        long[] step = [.. data.Shape.Select(_ => 1L)];
        for (int i = 0; i < axes.Length; i++)
        {
            if (IndexSpace.Axis(axes[i], data.Rank) is not { } axis)
            {
                return null;
            }

            long length = data.Shape[axis];
            long low = steps[i] > 0 ? 0 : -1;
            long high = steps[i] > 0 ? length : length - 1;
            long start = Math.Clamp(
                starts.Integers[i] < 0 ? starts.Integers[i] + length : starts.Integers[i],
                Math.Max(low, 0),
                Math.Max(high, 0)
            );
            long end = Math.Clamp(ends.Integers[i] < 0 ? ends.Integers[i] + length : ends.Integers[i], low, high);
            first[axis] = start;
            step[axis] = steps[i];
            shape[axis] = length == 0 ? 0 : Math.Max(0, (end - start + steps[i] - Math.Sign(steps[i])) / steps[i]);
        }

        long[] source = new long[data.Rank];
        return data.Pick(
            shape,
            IndexSpace.Positions(
                shape,
                index =>
                {
                    for (int axis = 0; axis < source.Length; axis++)
                    {
                        source[axis] = first[axis] + (index[axis] * step[axis]);
                    }

                    return IndexSpace.PositionOf(source, data.Shape);
                }
            )
        );
    }

    public static ConstantTensor? Gather(Node node, IReadOnlyList<ConstantTensor?> inputs)
    {
        ConstantTensor data = inputs[0]!;
        ConstantTensor indices = inputs[1]!;
        if (IndexSpace.Axis(node.Attributes.GetInt("axis", 0), data.Rank) is not { } axis || indices.IsReal)
        {
            return null;
        }

        long length = data.Shape[axis];
        if (indices.Integers.Any(index => index < -length || index >= length))
        {
            return null;
        }

        long[] shape = [.. data.Shape[..axis], .. indices.Shape, .. data.Shape[(axis + 1)..]];
        long[] source = new long[data.Rank];
        return data.Pick(
            shape,
            IndexSpace.Positions(
                shape,
                index =>
                {
                    Array.Copy(index, source, axis);
                    long picked = indices.Integers[IndexSpace.PositionOf(index[axis..(axis + indices.Rank)], indices.Shape)];
                    source[axis] = picked < 0 ? picked + length : picked;
                    Array.Copy(index, axis + indices.Rank, source, axis + 1, data.Rank - axis - 1);
                    return IndexSpace.PositionOf(source, data.Shape);
                }
            )
        );
    }

    public static ConstantTensor? Expand(Node node, IReadOnlyList<ConstantTensor?> inputs) =>
        ElementwiseEvaluation.BroadcastShape(inputs[0]!.Shape, inputs[1]!.Integers) is { } shape
            ? ElementwiseEvaluation.Widen(inputs[0]!, shape)
            : null;

    private static long Product(ReadOnlySpan<long> lengths)
    {
        long product = 1;
        foreach (long length in lengths)
        {
            product *= length;
        }

        return product;
    }
}
