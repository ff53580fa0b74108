namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Normalizations: the result has the data's shape; statistics come beside it.</summary>
internal static class NormalizationInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(static context => context.SetLike(0, 0), "GroupNormalization", "InstanceNormalization");
        registry.Add(OverLastAxes, "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization");
        registry.Add(BatchNormalization, "BatchNormalization");
    }

    /// <summary>Mean and inverse deviation keep the axes before <c>axis</c>; the others have length 1.</summary>
    private static void OverLastAxes(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        context.SetLike(0, 0);
        int axis = input is null ? 0 : context.Axis(context.Int("axis", -1), input.Rank);
        TensorShape? statistics = input is null ? null : new TensorShape(input.Select((length, i) => i < axis ? length : Dim.One));
        ElementType element = context.ElementTypeAttribute("stash_type", ElementType.Float);
        context.Set(1, element, statistics);
        context.Set(2, element, statistics);
    }

    private static void BatchNormalization(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        context.SetLike(0, 0);
        var channels = new TensorShape(input is { Rank: > 1 } ? input[1] : Dim.Unknown());
        for (int i = 1; i < context.OutputCount; i++)
        {
            context.Set(i, context.ElementOf(Math.Min(i + 2, 4)), channels);
        }
    }
}
