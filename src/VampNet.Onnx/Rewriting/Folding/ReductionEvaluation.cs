namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>Operators that sum over axes. The sum is taken in binary64, in row-major order.</summary>
internal static class ReductionEvaluation
{
    public static ConstantTensor? Reduce(
        Node node,
        IReadOnlyList<ConstantTensor?> inputs,
        Func<IEnumerable<double>, double> sum,
        Func<double, long, double> finish
    )
    {
        ConstantTensor data = inputs[0]!;
        long[]? named = IndexSpace.AxesOf(node, inputs);
        if (!data.IsReal || (named is null or [] && node.Attributes.GetInt("noop_with_empty_axes", 0) != 0))
        {
            return null;
        }

        HashSet<int?> axes = named is null or []
            ? [.. Enumerable.Range(0, data.Rank).Cast<int?>()]
            : [.. named.Select(axis => IndexSpace.Axis(axis, data.Rank))];
        if (axes.Contains(null))
        {
            return null;
        }

        long[] kept = [.. data.Shape.Select((length, axis) => axes.Contains(axis) ? 1 : length)];
        List<double>[] groups =
        [
            .. Enumerable.Range(0, (int)kept.Aggregate(1L, (product, length) => product * length)).Select(_ => new List<double>()),
        ];
        int[] targets = IndexSpace.Positions(
            data.Shape,
            index => IndexSpace.PositionOf([.. index.Select((at, axis) => axes.Contains(axis) ? 0 : at)], kept)
        );
        for (int i = 0; i < targets.Length; i++)
        {
            groups[targets[i]].Add(data.Reals[i]);
        }

        double[] results = Array.ConvertAll(groups, group => finish(sum(group), group.Count));
        long[] shape = node.Attributes.GetInt("keepdims", 1) != 0 ? kept : [.. data.Shape.Where((_, axis) => !axes.Contains(axis))];
        return ConstantTensor.Of(data.Type, shape, results).Cast(data.Type);
    }
}
