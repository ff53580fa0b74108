namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Gather, GatherElements, GatherND: elements picked by index.</summary>
internal static class GatherInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Gather, "Gather");
        registry.Add(GatherElements, "GatherElements");
        registry.Add(GatherNd, "GatherND");
    }

    private static void Gather(InferenceContext context)
    {
        (TensorShape? data, TensorShape? indices) = (context.ShapeOf(0, 1), context.ShapeOf(1));
        if (data is null || indices is null)
        {
            context.Set(0, context.ElementOf(0), null);
            return;
        }

        int axis = context.Axis(context.Int("axis", 0), data.Rank);
        var shape = new TensorShape(data.Take(axis).Concat(indices).Concat(data.Skip(axis + 1)));
        context.Set(0, context.ElementOf(0), shape, axis == 0 && data.Rank == 1 ? Picked(context, shape) : null);
    }

    private static SymbolicTensor? Picked(InferenceContext context, TensorShape shape)
    {
        if (context.ElementsOf(0) is not { } data || context.ElementsOf(1) is not { } indices)
        {
            return null;
        }

        int length = data.Elements.Length;
        return SymbolicTensor.Build(
            shape,
            at =>
            {
                if (indices.At(at) is not { } index || !index.TryGetConstant(out long number))
                {
                    return null;
                }

                if (number < -length || number >= length)
                {
                    throw context.RefuseParameter($"the index {number}", $"-{length} to {length - 1}");
                }

                return data.Elements[(int)(number < 0 ? number + length : number)];
            }
        );
    }

    private static void GatherElements(InferenceContext context)
    {
        (TensorShape? data, TensorShape? indices) = (context.ShapeOf(0, 1), context.ShapeOf(1, 1));
        if (data is not null && indices is not null && data.Rank != indices.Rank)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.RankMismatch,
                $"indices of shape {indices}",
                $"the rank of the data {data}",
                "Correct the node that computes it"
            );
        }

        if (data is not null)
        {
            context.Axis(context.Int("axis", 0), data.Rank);
        }

        context.Set(0, context.ElementOf(0), indices);
    }

    private static void GatherNd(InferenceContext context)
    {
        (TensorShape? data, TensorShape? indices) = (context.ShapeOf(0, 1), context.ShapeOf(1, 1));
        TensorShape? shape = null;
        if (data is not null && indices is not null && indices[^1].TryGetConstant(out long depth))
        {
            long batch = context.Int("batch_dims", 0);
            if (batch < 0 || batch >= Math.Min(data.Rank, indices.Rank))
            {
                throw context.RefuseParameter($"'batch_dims' = {batch}", "less than both ranks");
            }

            if (depth < 0 || batch + depth > data.Rank)
            {
                throw context.RefuseLength($"index tuples of {depth}", $"at most {data.Rank - batch} for the data {data}");
            }

            shape = new TensorShape(indices.SkipLast(1).Concat(data.Skip((int)(batch + depth))));
        }

        context.Set(0, context.ElementOf(0), shape);
    }
}
