using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Images: DepthToSpace, SpaceToDepth, GridSample, AffineGrid, CenterCropPad, ImageDecoder.</summary>
internal static class ImageInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(DepthToSpace, "DepthToSpace");
        registry.Add(SpaceToDepth, "SpaceToDepth");
        registry.Add(GridSample, "GridSample");
        registry.Add(AffineGrid, "AffineGrid");
        registry.Add(CenterCropPad, "CenterCropPad");
        registry.Add(ImageDecoder, "ImageDecoder");
    }

    private static void DepthToSpace(InferenceContext context)
    {
        (TensorShape? input, long block) = (context.ShapeOf(0, 4, 4), Block(context));
        context.Set(
            0,
            context.ElementOf(0),
            input is null
                ? TensorShape.OfRank(4)
                : new TensorShape(input[0], Divided(context, input[1], block * block), input[2] * block, input[3] * block)
        );
    }

    private static void SpaceToDepth(InferenceContext context)
    {
        (TensorShape? input, long block) = (context.ShapeOf(0, 4, 4), Block(context));
        context.Set(
            0,
            context.ElementOf(0),
            input is null
                ? TensorShape.OfRank(4)
                : new TensorShape(
                    input[0],
                    input[1] * (block * block),
                    Divided(context, input[2], block),
                    Divided(context, input[3], block)
                )
        );
    }

    private static long Block(InferenceContext context)
    {
        long block = context.Int("blocksize", 0);
        return block is > 0 and < int.MaxValue ? block : throw context.RefuseParameter($"'blocksize' = {block}", "1 or more");
    }

    private static Dim Divided(InferenceContext context, Dim length, long by) =>
        length.TryGetConstant(out long number) && number % by != 0
            ? throw context.RefuseLength($"an axis of length {length}", $"a multiple of {by}")
            : length.FloorDiv(by);

    /// <summary>Data [N, C, D1 ..] and grid [N, O1 .., dimensions] give [N, C, O1 ..].</summary>
    private static void GridSample(InferenceContext context)
    {
        (TensorShape? data, TensorShape? grid) = (context.ShapeOf(0, 3), context.ShapeOf(1, 3));
        if (data is not null && grid is not null && data.Rank != grid.Rank)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.RankMismatch,
                $"data {data} and grid {grid}",
                "equal ranks",
                "Correct the node that computes it"
            );
        }

        int? rank = data?.Rank ?? grid?.Rank;
        context.Set(
            0,
            context.ElementOf(0),
            rank is null
                ? null
                : new TensorShape([
                    data?[0] ?? grid![0],
                    data?[1] ?? Dim.Unknown(),
                    .. grid?.Skip(1).SkipLast(1) ?? TensorShape.OfRank(rank.Value - 2),
                ])
        );
    }

    /// <summary>The size [N, C, D1 ..] gives a grid [N, D1 .., dimensions].</summary>
    private static void AffineGrid(InferenceContext context)
    {
        TensorShape? theta = context.ShapeOf(0, 3, 3);
        TensorShape? shape = null;
        if (context.VectorOf(1) is { } size)
        {
            if (size.Length is not (4 or 5))
            {
                throw context.RefuseLength($"{size.Length} lengths in size", "4 or 5");
            }

            shape = new TensorShape([
                size[0] ?? theta?[0] ?? Dim.Unknown(),
                .. size.Skip(2).Select(static length => length ?? Dim.Unknown()),
                size.Length - 2,
            ]);
        }

        context.Set(0, context.ElementOf(0), shape);
    }

    private static void CenterCropPad(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        TensorShape? shape = null;
        if (input is not null)
        {
            int[] axes = context.Ints("axes") is { } given ? context.Axes(given, input.Rank) : [.. Enumerable.Range(0, input.Rank)];
            ImmutableArray<Dim?>? lengths = context.VectorOf(1);
            if (lengths is { } known && known.Length != axes.Length)
            {
                throw context.RefuseLength($"{known.Length} lengths", $"{axes.Length}, one for each axis");
            }

            shape = input;
            for (int i = 0; i < axes.Length; i++)
            {
                shape = shape.With(axes[i], lengths?[i] ?? Dim.Unknown());
            }
        }

        context.Set(0, context.ElementOf(0), shape);
    }

    private static void ImageDecoder(InferenceContext context) =>
        context.Set(
            0,
            ElementType.UInt8,
            new TensorShape(Dim.Unknown(), Dim.Unknown(), context.Text("pixel_format", "RGB") == "Grayscale" ? 1 : 3)
        );
}
