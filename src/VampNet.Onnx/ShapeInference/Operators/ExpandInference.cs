using System.Collections.Immutable;
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
        TensorShape? input = context.ShapeOf(0);
        ImmutableArray<Dim?>? target = context.VectorOf(1);
        TensorShape? shape =
            input is null || target is not { } wanted
                ? null
                : BroadcastShapes.Of(
                    context,
                    input,
                    new TensorShape(wanted.Select(length => length is null ? Dim.Unknown() : context.Natural(length, "an axis")))
                );
        SymbolicTensor? elements = context.ElementsOf(0);
        context.Set(0, context.ElementOf(0), shape, elements is null ? null : SymbolicTensor.Build(shape, at => elements.At(at)));
    }

    private static void TileOneAxis(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        TensorShape? known =
            input is not null && context.ScalarOf(2) is { } axis && axis.TryGetConstant(out long number)
                ? input.With(
                    context.Axis(number, input.Rank),
                    context.ScalarOf(1) is { } tiles ? input[context.Axis(number, input.Rank)] * tiles : Dim.Unknown()
                )
                : null;
        context.Set(0, context.ElementOf(0), known ?? (input is null ? null : TensorShape.OfRank(input.Rank)));
    }

    private static void Tile(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        ImmutableArray<Dim?>? repeats = context.VectorOf(1);
        TensorShape? shape = null;
        if (input is not null && repeats is { } counts)
        {
            if (counts.Length != input.Rank)
            {
                throw context.RefuseLength($"{counts.Length} repeats", $"one for each axis of {input}");
            }

            shape = new TensorShape(
                input.Zip(counts, (length, count) => count is null ? Dim.Unknown() : length * context.Natural(count, "a repeat"))
            );
        }
        else if (input is not null)
        {
            shape = TensorShape.OfRank(input.Rank);
        }

        SymbolicTensor? elements = context.ElementsOf(0);
        context.Set(
            0,
            context.ElementOf(0),
            shape,
            elements is null
                ? null
                : SymbolicTensor.Build(shape, at => elements.At([.. at.Select((index, axis) => index % elements.Shape[axis])]))
        );
    }
}
