namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Regions of interest: RoiAlign, MaxRoiPool, NonMaxSuppression.</summary>
internal static class RegionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(
            static context => Regions(context, context.Int("output_height", 1), context.Int("output_width", 1), context.ShapeOf(2, 1, 1)),
            "RoiAlign"
        );
        registry.Add(MaxRoiPool, "MaxRoiPool");
        registry.Add(static context => context.Set(0, ElementType.Int64, new TensorShape(Dim.Unknown(), 3)), "NonMaxSuppression");
    }

    private static void MaxRoiPool(InferenceContext context)
    {
        if (context.Ints("pooled_shape") is not [var height, var width])
        {
            throw context.RefuseParameter("no 'pooled_shape' of two numbers", "height and width");
        }

        Regions(context, height, width, null);
    }

    private static void Regions(InferenceContext context, long height, long width, TensorShape? batchIndices)
    {
        (TensorShape? data, TensorShape? regions) = (context.ShapeOf(0, 4, 4), context.ShapeOf(1, 2, 2));
        Dim count = TypeMerger.BetterKnown(regions?[0] ?? Dim.Unknown(), batchIndices?[0] ?? Dim.Unknown());
        context.Set(
            0,
            context.ElementOf(0),
            new TensorShape(count, data?[1] ?? Dim.Unknown(), context.Natural(height, "the height"), context.Natural(width, "the width"))
        );
    }
}
