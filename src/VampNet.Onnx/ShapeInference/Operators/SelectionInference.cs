using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Operators whose result's length depends on the data or on a parameter: TopK, OneHot, NonZero, Compress, Unique.</summary>
internal static class SelectionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(TopK, "TopK");
        registry.Add(OneHot, "OneHot");
        registry.Add(NonZero, "NonZero");
        registry.Add(Compress, "Compress");
        registry.Add(Unique, "Unique");
    }

    private static void TopK(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        TensorShape? shape = null;
        if (input is not null)
        {
            int axis = context.Axis(context.Int("axis", -1), input.Rank);
            Dim count = context.Version < 10 ? context.Int("k", -1) : context.ScalarOf(1) ?? Dim.Unknown();
            if (count.TryGetConstant(out long k) && (k < 0 || (input[axis].TryGetConstant(out long length) && k > length)))
            {
                throw context.RefuseParameter($"k = {k}", $"0 to {input[axis]}");
            }

            shape = input.With(axis, count);
        }

        context.Set(0, context.ElementOf(0), shape);
        context.Set(1, ElementType.Int64, shape);
    }

    private static void OneHot(InferenceContext context)
    {
        TensorShape? shape = null;
        if (context.ShapeOf(0) is { } indices)
        {
            int axis = context.Axis(context.Int("axis", -1), indices.Rank + 1);
            shape = new TensorShape(indices.Dims.Insert(axis, context.Natural(Depth(context), "depth")));
        }

        context.Set(0, context.ElementOf(2), shape);
    }

    /// <summary>A float is cut to a whole number.</summary>
    private static Dim Depth(InferenceContext context)
    {
        if (context.ScalarOf(1) is { } depth)
        {
            return depth;
        }

        return context.FactOf(1).FloatInput is { } input && context.ShapeOf(1) is { } shape && shape.ElementCount.Is(1)
            ? Dim.One.ScaledBy(input, new int[shape.Rank])
            : Dim.Unknown();
    }

    private static void NonZero(InferenceContext context) =>
        context.Set(
            0,
            ElementType.Int64,
            new TensorShape(context.ShapeOf(0) is { Rank: > 0 } input ? Dim.Of(input.Rank) : Dim.Unknown(), CountOf(context.ElementsOf(0)))
        );

    /// <summary>Number of elements that are not 0: a sum of choices, one for each element.</summary>
    private static Dim CountOf(SymbolicTensor? elements) =>
        elements is null || elements.Elements.Contains(null)
            ? Dim.Unknown()
            : ChosenAxes.Known(() =>
                elements.Elements.Aggregate(Dim.Zero, static (count, element) => count + Dim.IfEqual(element!, 0, 0, 1))
            );

    private static void Compress(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        context.ShapeOf(1, 1, 1);
        context.Set(0, context.ElementOf(0), AlongAxis(context, input, CountOf(context.ElementsOf(1))));
    }

    private static void Unique(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        var count = Dim.Unknown();
        context.Set(0, context.ElementOf(0), AlongAxis(context, input, count));
        Dim searched =
            input is null ? Dim.Unknown()
            : context.Find("axis") is { } axis ? input[context.Axis(axis.Int, input.Rank)]
            : input.ElementCount;
        context.Set(1, ElementType.Int64, new TensorShape(count));
        context.Set(2, ElementType.Int64, new TensorShape(searched));
        context.Set(3, ElementType.Int64, new TensorShape(count));
    }

    /// <summary>Without an axis the input is taken as a vector.</summary>
    private static TensorShape? AlongAxis(InferenceContext context, TensorShape? input, Dim count) =>
        context.Find("axis") is { } axis ? input?.With(context.Axis(axis.Int, input.Rank), count) : new TensorShape(count);
}
