using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>ConvTranspose: data [N, C, D1 ..] and weights [C, M/group, k1 ..] give [N, M, ..].</summary>
internal static class ConvTransposeInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(ConvTranspose, "ConvTranspose");

    private static void ConvTranspose(InferenceContext context)
    {
        ElementType element = context.CommonElement(0, 1);
        (TensorShape? data, TensorShape? weight) = (context.ShapeOf(0, 2), context.ShapeOf(1, 2));
        if (data is null || weight is null)
        {
            context.Set(0, element, (data ?? weight) is { } known ? TensorShape.OfRank(known.Rank) : null);
            return;
        }

        if (data.Rank != weight.Rank)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.RankMismatch,
                $"data {data} and weights {weight}",
                "equal ranks",
                "Correct the node that computes it"
            );
        }

        context.SameLength(data[1], weight[0], $"the channels of data {data} and weights {weight}");
        long groups = context.Int("group", 1);
        if (groups < 1)
        {
            throw context.RefuseParameter($"'group' = {groups}", "1 or more");
        }

        context.Set(0, element, new TensorShape([data[0], weight[1] * groups, .. Spatial(context, data, weight)]));
    }

    private static IEnumerable<Dim> Spatial(InferenceContext context, TensorShape data, TensorShape weight)
    {
        int rank = data.Rank - 2;
        if (context.Ints("output_shape") is { Length: > 0 } given)
        {
            // Some write batch and channel too.
            if (given.Length != rank && given.Length != rank + 2)
            {
                throw context.RefuseParameter($"{given.Length} numbers in 'output_shape'", $"{rank}");
            }

            return given.Skip(given.Length - rank).Select(length => context.Natural(length, "an axis of 'output_shape'"));
        }

        ImmutableArray<Dim> kernel = WindowShapes.KernelAttribute(context) ?? [.. weight.Skip(2)];
        if (kernel.Length != rank)
        {
            throw context.RefuseParameter($"{kernel.Length} numbers in 'kernel_shape'", $"{rank}");
        }

        return new WindowShapes(context, kernel).Spread(data.Skip(2));
    }
}
