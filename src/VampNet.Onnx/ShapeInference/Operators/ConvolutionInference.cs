using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Conv, ConvInteger, QLinearConv, DeformConv.</summary>
internal static class ConvolutionInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(static context => context.Set(0, context.CommonElement(0, 1), Convolved(context, 0, 1)), "Conv", "DeformConv");
        registry.Add(static context => context.Set(0, ElementType.Int32, Convolved(context, 0, 1)), "ConvInteger");
        registry.Add(static context => context.Set(0, context.ElementOf(7), Convolved(context, 0, 3)), "QLinearConv");
    }

    /// <summary>Data [N, C, D1 ..] and weights [M, C/group, k1 ..] give [N, M, ..].</summary>
    public static TensorShape? Convolved(InferenceContext context, int dataInput, int weightInput)
    {
        (TensorShape? data, TensorShape? weight) = (context.ShapeOf(dataInput, 2), context.ShapeOf(weightInput, 2));
        if (data is null || weight is null)
        {
            return data is null && weight is null ? null : TensorShape.OfRank((data ?? weight)!.Rank);
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

        long groups = context.Int("group", 1);
        if (groups < 1)
        {
            throw context.RefuseParameter($"'group' = {groups}", "1 or more");
        }

        context.SameLength(data[1], weight[1] * groups, $"the channels of data {data} and weights {weight} in {groups} groups");
        ImmutableArray<Dim> kernel = WindowShapes.KernelAttribute(context) ?? [.. weight.Skip(2)];
        if (kernel.Length != data.Rank - 2)
        {
            throw context.RefuseParameter($"{kernel.Length} numbers in 'kernel_shape'", $"{data.Rank - 2}");
        }

        IEnumerable<Dim> spatial = new WindowShapes(context, kernel).Slide(data.Skip(2));
        return new TensorShape([data[0], weight[0], .. spatial]);
    }
}
