using VampNet.Onnx.Dimensions;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Resize and Upsample: axes scaled by factors, or set to sizes.</summary>
internal static class ResizeInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(static context => Resize(context, Scales(context), sizes: null, ScalesInput(context, 1)), "Upsample");
        registry.Add("Resize", 10, static context => Resize(context, context.NumbersOf(1), sizes: null, ScalesInput(context, 1)));
        registry.Add(
            "Resize",
            11,
            static context =>
                Resize(
                    context,
                    context.NumbersOf(2) is { Length: > 0 } scales && !IsCropped(context) ? scales : null,
                    context.Has(3) && context.VectorOf(3) is { } sizes ? [.. sizes] : null,
                    IsCropped(context) ? null : ScalesInput(context, 2)
                )
        );
    }

    /// <summary>Scales then apply to the region of interest, whose length is data.</summary>
    private static bool IsCropped(InferenceContext context) =>
        context.Text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize";

    /// <summary>An input since version 9, an attribute before.</summary>
    private static double[]? Scales(InferenceContext context) =>
        context.Find("scales") is { } attribute ? [.. attribute.Floats.Select(static scale => (double)scale)] : context.NumbersOf(1);

    /// <summary>The float input of the model that gives the scales; null when they come from elsewhere.</summary>
    private static string? ScalesInput(InferenceContext context, int input) =>
        context.Has(input) && context.ShapeOf(input) is [var count] && count.LowerBound > 0 ? context.FactOf(input).FloatInput : null;

    private static void Resize(InferenceContext context, double[]? scales, Dim?[]? sizes, string? scalesInput)
    {
        ElementType element = context.ElementOf(0);
        if (context.ShapeOf(0) is not { } input)
        {
            context.Set(0, element, null);
            return;
        }

        int[] axes = context.Ints("axes") is { } given ? context.Axes(given, input.Rank) : [.. Enumerable.Range(0, input.Rank)];
        int? count = scales?.Length ?? sizes?.Length;
        if (count is null && scalesInput is not null)
        {
            context.Set(
                0,
                element,
                new TensorShape(
                    input.Select((length, axis) => Array.IndexOf(axes, axis) is >= 0 and var i ? length.ScaledBy(scalesInput, i) : length)
                )
            );
            return;
        }

        if (count is null)
        {
            context.Set(0, element, new TensorShape(input.Select((length, axis) => axes.Contains(axis) ? Dim.Unknown() : length)));
            return;
        }

        if (count != axes.Length)
        {
            throw context.RefuseLength($"{count} scales or sizes", $"{axes.Length}, one for each axis");
        }

        string policy = context.Text("keep_aspect_ratio_policy", "stretch");
        TensorShape shape = input;
        for (int i = 0; i < axes.Length; i++)
        {
            Dim length = input[axes[i]];
            shape = shape.With(
                axes[i],
                scales is not null ? Scaled(context, length, scales[i])
                    : policy == "stretch" && sizes![i] is { } size ? context.Natural(size, "a size")
                    : policy == "stretch" ? Dim.Unknown()
                    : InProportion(context, input, axes, sizes!, policy, length)
            );
        }

        context.Set(0, element, shape);
    }

    private static Dim Scaled(InferenceContext context, Dim length, double scale)
    {
        if (!(scale > 0 && scale < 1e9))
        {
            throw context.RefuseParameter($"the scale {scale}", "one above 0");
        }

        if (scale == Math.Floor(scale))
        {
            return length * (long)scale;
        }

        if (length.TryGetConstant(out long number))
        {
            return ScaledAtom.Scale(number, (float)scale);
        }

        return 1 / scale == Math.Floor(1 / scale) && double.IsPow2(scale) ? length.FloorDiv((long)(1 / scale)) : Dim.Unknown();
    }

    /// <summary>All axes scale by the same factor, the smallest or the largest that the sizes ask for.</summary>
    private static Dim InProportion(InferenceContext context, TensorShape input, int[] axes, Dim?[] sizes, string policy, Dim length)
    {
        if (policy is not ("not_larger" or "not_smaller"))
        {
            throw context.RefuseParameter($"'keep_aspect_ratio_policy' = '{policy}'", "stretch, not_larger or not_smaller");
        }

        var factors = new List<double>();
        for (int i = 0; i < axes.Length; i++)
        {
            if (sizes[i] is not { } size || !size.TryGetConstant(out long to) || !input[axes[i]].TryGetConstant(out long from) || from == 0)
            {
                return Dim.Unknown();
            }

            factors.Add((double)to / from);
        }

        return length.TryGetConstant(out long number)
            ? (long)Math.Round((policy == "not_larger" ? factors.Min() : factors.Max()) * number, MidpointRounding.AwayFromZero)
            : Dim.Unknown();
    }
}
