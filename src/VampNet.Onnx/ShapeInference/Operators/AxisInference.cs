using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Squeeze, Unsqueeze, Transpose: axes go, come, or change places.</summary>
internal static class AxisInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Squeeze, "Squeeze");
        registry.Add(Unsqueeze, "Unsqueeze");
        registry.Add(Transpose, "Transpose");
    }

    private static void Squeeze(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        long[]? axes = AxesParameter.Of(context, out bool isGiven);
        TensorShape? shape = null;
        if (input is not null && axes is not null)
        {
            int[] gone = context.Axes(axes, input.Rank);
            foreach (int axis in gone)
            {
                context.NeedLength(input[axis], 1, $"the squeezed axis {axis} of {input}");
            }

            shape = new TensorShape(input.Where((_, axis) => !gone.Contains(axis)));
        }
        else if (input is { Rank: > 0 } && AxesParameter.Chosen(context, input.Rank) is [var named])
        {
            shape = ChosenAxes.Remove(input, named);
        }
        else if (input is not null && !isGiven && input.All(static length => length.IsConstant || length.LowerBound > 1))
        {
            shape = new TensorShape(input.Where(static length => !length.Is(1)));
        }

        context.Set(0, context.ElementOf(0), shape, context.ElementsOf(0)?.Reshape(shape));
    }

    private static void Unsqueeze(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        TensorShape? shape = null;
        if (input is not null && AxesParameter.Of(context, out _) is { } given)
        {
            int[] axes = context.Axes(given, input.Rank + given.Length);
            var old = new Queue<Dim>(input);
            shape = new TensorShape(
                Enumerable.Range(0, input.Rank + axes.Length).Select(axis => axes.Contains(axis) ? Dim.One : old.Dequeue())
            );
        }
        else if (input is not null && AxesParameter.Chosen(context, input.Rank + 1) is [var named])
        {
            shape = ChosenAxes.Insert(input, named);
        }

        context.Set(0, context.ElementOf(0), shape, context.ElementsOf(0)?.Reshape(shape));
    }

    private static void Transpose(InferenceContext context)
    {
        if (context.ShapeOf(0) is not { } input)
        {
            context.Set(0, context.ElementOf(0), context.Ints("perm") is { } order ? TensorShape.OfRank(order.Length) : null);
            return;
        }

        int[] permutation = context.Ints("perm") is { } given
            ? context.Axes(given, input.Rank)
            : [.. Enumerable.Range(0, input.Rank).Reverse()];
        if (permutation.Length != input.Rank)
        {
            throw context.RefuseParameter($"'perm' = {string.Join(", ", permutation)}", $"the {input.Rank} axes of {input}");
        }

        var shape = new TensorShape(permutation.Select(axis => input[axis]));
        SymbolicTensor? elements = context.ElementsOf(0);
        int[] source = new int[input.Rank];
        context.Set(
            0,
            context.ElementOf(0),
            shape,
            elements is null
                ? null
                : SymbolicTensor.Build(
                    shape,
                    at =>
                    {
                        for (int i = 0; i < at.Length; i++)
                        {
                            source[permutation[i]] = at[i];
                        }

                        return elements.At(source);
                    }
                )
        );
    }
}
