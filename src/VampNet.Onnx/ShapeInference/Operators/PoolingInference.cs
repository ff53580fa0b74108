using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Pools, global pools, MaxUnpool, Col2Im.</summary>
internal static class PoolingInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Pool, "AveragePool", "LpPool", "MaxPool");
        registry.Add(GlobalPool, "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool");
        registry.Add(MaxUnpool, "MaxUnpool");
        registry.Add(ColumnsToImage, "Col2Im");
    }

    private static void Pool(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 2);
        TensorShape? shape = input is null
            ? null
            : new TensorShape([
                .. input.Take(2),
                .. new WindowShapes(context, Kernel(context, input)).Slide(input.Skip(2), context.Flag("ceil_mode")),
            ]);
        context.Set(0, context.ElementOf(0), shape);
        context.Set(1, ElementType.Int64, shape);
    }

    private static ImmutableArray<Dim> Kernel(InferenceContext context, TensorShape input) =>
        WindowShapes.KernelAttribute(context) is { } kernel && kernel.Length == input.Rank - 2
            ? kernel
            : throw context.RefuseParameter("no 'kernel_shape', or one of another length", $"{input.Rank - 2} numbers");

    private static void GlobalPool(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 2);
        context.Set(
            0,
            context.ElementOf(0),
            input is null ? null : new TensorShape(input.Select(static (length, axis) => axis < 2 ? length : Dim.One))
        );
    }

    private static void MaxUnpool(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 2);
        TensorShape? shape = null;
        if (input is not null && context.Has(2))
        {
            ImmutableArray<Dim?>? lengths = context.VectorOf(2);
            if (lengths is { } given && given.Length != input.Rank)
            {
                throw context.RefuseLength($"{given.Length} lengths in output_shape", $"{input.Rank}");
            }

            shape = lengths is { } known
                ? new TensorShape(known.Select(static length => length ?? Dim.Unknown()))
                : TensorShape.OfRank(input.Rank);
        }
        else if (input is not null)
        {
            shape = new TensorShape([.. input.Take(2), .. new WindowShapes(context, Kernel(context, input)).Spread(input.Skip(2))]);
        }

        context.Set(0, context.ElementOf(0), shape);
    }

    /// <summary>Columns [N, C * product of block, L] become an image [N, C, image_shape ..].</summary>
    private static void ColumnsToImage(InferenceContext context)
    {
        TensorShape? columns = context.ShapeOf(0, 3, 3);
        (ImmutableArray<Dim?>? image, ImmutableArray<Dim?>? block) = (context.VectorOf(1), context.VectorOf(2));
        if (image is not { } spatial)
        {
            context.Set(0, context.ElementOf(0), block is { } known ? TensorShape.OfRank(known.Length + 2) : null);
            return;
        }

        bool isKnown = columns is not null && block is { } lengths && !lengths.Contains(null);
        Dim? size = isKnown ? block!.Value.Aggregate(Dim.One, static (product, length) => product * length!) : null;
        if (size is not null && size.UpperBound < 1)
        {
            throw context.RefuseParameter($"a block of {size} elements", "1 or more");
        }

        context.Set(
            0,
            context.ElementOf(0),
            new TensorShape([
                columns?[0] ?? Dim.Unknown(),
                size is null ? Dim.Unknown() : columns![1].FloorDiv(size),
                .. spatial.Select(static length => length ?? Dim.Unknown()),
            ])
        );
    }
}
