using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Pad: each axis grows, or shrinks where the padding is negative.</summary>
internal static class PadInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Pad, "Pad");

    private static void Pad(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        context.Set(0, context.ElementOf(0), input is null ? null : Padded(context, input, Pads(context)));
    }

    private static Dim?[]? Pads(InferenceContext context)
    {
        if ((context.Ints("pads") ?? context.Ints("paddings")) is { } attribute)
        {
            return [.. attribute.Select(Dim.Of)];
        }

        return context.VectorOf(1) is { } pads ? [.. pads] : null;
    }

    private static TensorShape Padded(InferenceContext context, TensorShape input, Dim?[]? pads)
    {
        int[]? axes = context.Has(3)
            ? context.ElementsOf(3) is { } given && given.TryGetConstants(out ImmutableArray<long> numbers)
                ? context.Axes(numbers, input.Rank)
                : null
            : [.. Enumerable.Range(0, input.Rank)];
        Dim[]? chosen = axes is null ? AxesParameter.Chosen(context, input.Rank, input: 3) : null;
        if (pads is null || (axes?.Length ?? chosen?.Length) is not { } count)
        {
            return TensorShape.OfRank(input.Rank);
        }

        if (pads.Length != 2 * count)
        {
            throw context.RefuseLength($"{pads.Length} pads", $"{2 * count}, two for each axis");
        }

        if (axes is null)
        {
            return ChosenAxes.Change(
                input,
                chosen!,
                (i, length) => length + (pads[i] ?? Dim.Unknown()) + (pads[i + count] ?? Dim.Unknown())
            );
        }

        TensorShape shape = input;
        for (int i = 0; i < axes.Length; i++)
        {
            Dim length = pads[i] is { } begin && pads[i + axes.Length] is { } end ? input[axes[i]] + begin + end : Dim.Unknown();
            shape = shape.With(axes[i], context.Natural(length, $"the padded axis {axes[i]}"));
        }

        return shape;
    }
}
