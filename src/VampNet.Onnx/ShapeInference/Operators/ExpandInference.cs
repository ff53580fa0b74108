using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Expand and Tile: elements are repeated.</summary>
internal static class ExpandInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Expand, "Expand");
        registry.Add("Tile", 1, TileOneAxis);
        registry.Add("Tile", 6, Tile);
    }

    private static void Expand(InferenceContext context)
    {
        var input = context.ShapeOf(0);
        var target = context.VectorOf(1);
        var shape = input is null || target is not { } wanted
            ? null
            : BroadcastShapes.Of(context, input, new TensorShape(wanted.Select(length => length is null ? Dim.Unknown() : context.Natural(length, "an axis"))));
        var elements = context.ElementsOf(0);
        context.Set(0, context.ElementOf(0), shape, elements is null ? null : SymbolicTensor.Build(shape, at => elements.At(at)));
    }

    private static void TileOneAxis(InferenceContext context)
    {
        var input = context.ShapeOf(0);
        var known = input is not null && context.ScalarOf(2) is { } axis && axis.TryGetConstant(out var number)
            ? input.With(context.Axis(number, input.Rank), context.ScalarOf(1) is { } tiles ? input[context.Axis(number, input.Rank)] * tiles : Dim.Unknown())
            : null;
        context.Set(0, context.ElementOf(0), known ?? (input is null ? null : TensorShape.OfRank(input.Rank)));
    }

    private static void Tile(InferenceContext context)
    {
        var input = context.ShapeOf(0);
        var repeats = context.VectorOf(1);
        TensorShape? shape = null;
        if (input is not null && repeats is { } counts)
        {
            if (counts.Length != input.Rank) throw context.RefuseLength($"{counts.Length} repeats", $"one for each axis of {input}");
            shape = new TensorShape(input.Zip(counts, (length, count) => count is null ? Dim.Unknown() : length * context.Natural(count, "a repeat")));
        }
        else if (input is not null)
        {
            shape = TensorShape.OfRank(input.Rank);
        }

        var elements = context.ElementsOf(0);
        context.Set(0, context.ElementOf(0), shape, elements is null ? null : SymbolicTensor.Build(
            shape, at => elements.At([.. at.Select((index, axis) => index % elements.Shape[axis])])));
    }
}
