namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Pad: each axis grows, or shrinks where the padding is negative.</summary>
internal static class PadInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Pad, "Pad");

    private static void Pad(InferenceContext context)
    {
        var input = context.ShapeOf(0);
        context.Set(0, context.ElementOf(0), input is null ? null : Padded(context, input, Pads(context)));
    }

    private static Dim?[]? Pads(InferenceContext context)
    {
        if ((context.Ints("pads") ?? context.Ints("paddings")) is { } attribute) return [.. attribute.Select(Dim.Of)];
        return context.VectorOf(1) is { } pads ? [.. pads] : null;
    }

    private static TensorShape Padded(InferenceContext context, TensorShape input, Dim?[]? pads)
    {
        var axes = context.Has(3) ? context.ElementsOf(3) is { } given && given.TryGetConstants(out var numbers) ? context.Axes(numbers, input.Rank) : null
            : [.. Enumerable.Range(0, input.Rank)];
        if (pads is null || axes is null) return TensorShape.OfRank(input.Rank);
        if (pads.Length != 2 * axes.Length) throw context.RefuseLength($"{pads.Length} pads", $"{2 * axes.Length}, two for each axis");
        var shape = input;
        for (var i = 0; i < axes.Length; i++)
        {
            var length = pads[i] is { } begin && pads[i + axes.Length] is { } end ? input[axes[i]] + begin + end : Dim.Unknown();
            shape = shape.With(axes[i], context.Natural(length, $"the padded axis {axes[i]}"));
        }

        return shape;
    }
}
