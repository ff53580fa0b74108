using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Concat: tensors joined along an axis.</summary>
internal static class ConcatInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Concat, "Concat");

    private static void Concat(InferenceContext context)
    {
        int[] inputs = [.. Enumerable.Range(0, Math.Max(1, context.InputCount))];
        ElementType element = context.CommonElement(inputs);
        TensorShape?[] shapes = inputs.Select(input => context.ShapeOf(input, 1)).ToArray();
        TensorShape[] known = shapes.OfType<TensorShape>().ToArray();
        if (known.Length == 0)
        {
            context.Set(0, element, null);
            return;
        }

        int rank = known[0].Rank;
        int axis = context.Axis(context.Int("axis", context.Version < 4 ? 1 : 0), rank);
        if (known.FirstOrDefault(shape => shape.Rank != rank) is { } odd)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.RankMismatch,
                $"the shapes {known[0]} and {odd}",
                "equal ranks",
                "Correct the node that computes it"
            );
        }

        var shape = new TensorShape(
            Enumerable
                .Range(0, rank)
                .Select(i =>
                    i == axis
                        ? known.Length == shapes.Length
                            ? known.Aggregate(Dim.Zero, (sum, each) => sum + each[axis])
                            : Dim.Unknown()
                        : known.Select(each => each[i]).Aggregate((a, b) => context.SameLength(a, b, $"axis {i}"))
                )
        );
        context.Set(0, element, shape, rank == 1 ? Joined(context, shapes) : null);
    }

    private static SymbolicTensor? Joined(InferenceContext context, TensorShape?[] shapes)
    {
        ImmutableArray<Dim?>?[] parts = shapes.Select((_, input) => context.VectorOf(input)).ToArray();
        bool isAnyKnown = shapes.Select((_, input) => context.ElementsOf(input)).Any(static elements => elements is not null);
        bool isLengthKnown =
            parts.All(static part => part is not null) && parts.Sum(static part => part!.Value.Length) <= SymbolicTensor.MaxElements;
        return isAnyKnown && isLengthKnown ? SymbolicTensor.Vector(parts.SelectMany(static part => part!.Value)) : null;
    }
}
