using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Reductions over axes, ArgMax and ArgMin.</summary>
internal static class ReductionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(
            Reduce,
            "ReduceL1",
            "ReduceL2",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceProd",
            "ReduceSum",
            "ReduceSumSquare"
        );
        registry.Add(ArgReduce, "ArgMax", "ArgMin");
    }

    private static void Reduce(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        bool keeps = context.Flag("keepdims", otherwise: true);
        long[]? axes = AxesParameter.Of(context, out bool isGiven);
        bool isUnknown = isGiven && axes is null && !IsEmpty(context);
        TensorShape? shape;
        if (input is null)
        {
            shape = !isGiven && !keeps && !context.Flag("noop_with_empty_axes") ? TensorShape.Scalar : null;
        }
        else if (isUnknown)
        {
            shape = Chosen(context, input, keeps);
        }
        else if (axes is null or [] && context.Flag("noop_with_empty_axes"))
        {
            shape = input;
        }
        else
        {
            shape = Without(input, axes is null or [] ? [.. Enumerable.Range(0, input.Rank)] : context.Axes(axes, input.Rank), keeps);
        }

        context.Set(0, context.ElementOf(0), shape, Folded(context, shape));
    }

    /// <summary>Axes that an input of the model names. Several that are not kept may name one axis twice, so that not even the rank is
    /// known.</summary>
    private static TensorShape? Chosen(InferenceContext context, TensorShape input, bool keeps) =>
        AxesParameter.Chosen(context, input.Rank) switch
        {
            { } axes when keeps => ChosenAxes.Change(input, axes, static (_, _) => 1),
            [var axis] when input.Rank > 0 => ChosenAxes.Remove(input, axis),
            _ => keeps ? TensorShape.OfRank(input.Rank) : null,
        };

    /// <summary>The product or sum of a vector, as exporters compute element counts.</summary>
    private static SymbolicTensor? Folded(InferenceContext context, TensorShape? shape)
    {
        if (shape is null || !shape.ElementCount.Is(1) || context.ElementsOf(0) is not { } elements || elements.Elements.Contains(null))
        {
            return null;
        }

        Dim? folded = context.Node.OpType switch
        {
            "ReduceProd" => elements.Elements.Aggregate(Dim.One, static (product, each) => product * each!),
            "ReduceSum" => elements.Elements.Aggregate(Dim.Zero, static (sum, each) => sum + each!),
            "ReduceMax" when elements.Elements.Length > 0 => elements.Elements.Aggregate(static (most, each) => Dim.Max(most!, each!)),
            "ReduceMin" when elements.Elements.Length > 0 => elements.Elements.Aggregate(static (least, each) => Dim.Min(least!, each!)),
            _ => null,
        };
        return folded is null ? null : SymbolicTensor.Build(shape, _ => folded);
    }

    private static void ArgReduce(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        context.Set(
            0,
            ElementType.Int64,
            input is null
                ? null
                : Without(input, [context.Axis(context.Int("axis", 0), input.Rank)], context.Flag("keepdims", otherwise: true))
        );
    }

    private static bool IsEmpty(InferenceContext context) => context.ShapeOf(1) is { } axes && axes.ElementCount.Is(0);

    private static TensorShape Without(TensorShape input, int[] axes, bool keeps) =>
        new(
            keeps ? input.Select((length, axis) => axes.Contains(axis) ? Dim.One : length) : input.Where((_, axis) => !axes.Contains(axis))
        );
}
