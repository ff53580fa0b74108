namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Split: one tensor parted along an axis.</summary>
internal static class SplitInference
{
    public static void Register(OperatorRegistry registry) => registry.Add(Split, "Split");

    private static void Split(InferenceContext context)
    {
        ElementType element = context.ElementOf(0);
        TensorShape? input = context.ShapeOf(0, 1);
        if (input is null)
        {
            for (int i = 0; i < context.OutputCount; i++)
            {
                context.Set(i, element, null);
            }

            return;
        }

        int axis = context.Axis(context.Int("axis", 0), input.Rank);
        Dim?[]? lengths = Lengths(context, input[axis]);
        Dim begin = Dim.Zero;
        for (int i = 0; i < context.OutputCount; i++)
        {
            Dim length = lengths?[i] ?? Dim.Unknown();
            context.Set(i, element, input.With(axis, length), Part(context, axis, begin, length));
            begin += length;
        }
    }

    private static Dim?[]? Lengths(InferenceContext context, Dim whole)
    {
        int parts = context.OutputCount;
        Dim?[]? given =
            context.Ints("split") is { } attribute ? [.. attribute.Select(Dim.Of)]
            : context.ElementsOf(1) is { } elements ? [.. elements.Elements]
            : null;
        if (given is not null)
        {
            if (given.Length != parts)
            {
                throw context.RefuseParameter($"{given.Length} lengths in 'split'", $"{parts}, one for each output");
            }

            foreach (Dim length in given.OfType<Dim>())
            {
                context.Natural(length, "a part");
            }

            if (given.Any(static length => length is null))
            {
                return given;
            }

            Dim sum = given.Aggregate(Dim.Zero, static (total, part) => total + part!);
            if (sum.IsConstant && whole.IsConstant && sum != whole)
            {
                throw context.RefuseLength($"parts of {sum} in all", $"{whole}, the split axis");
            }

            return given;
        }

        if (context.Has(1))
        {
            return null;
        }

        if (context.Int("num_outputs", parts) != parts)
        {
            throw context.RefuseParameter($"'num_outputs' = {context.Int("num_outputs", parts)}", $"{parts}, the outputs");
        }

        // Parts are equal; since version 18 the last may be shorter.
        Dim equal = context.Version < 18 ? whole.FloorDiv(parts) : whole.CeilDiv(parts);
        Dim last = context.Version < 18 ? equal : whole - (equal * (parts - 1));
        if (whole.IsConstant && whole != (equal * (parts - 1)) + last)
        {
            throw context.RefuseLength($"the length {whole} in {parts} parts", "equal parts");
        }

        return [.. Enumerable.Repeat(equal, parts - 1), context.Natural(last, "the last part")];
    }

    private static SymbolicTensor? Part(InferenceContext context, int axis, Dim begin, Dim length) =>
        axis == 0
        && context.ElementsOf(0) is { Shape.Length: 1 } all
        && begin.TryGetConstant(out long first)
        && length.TryGetConstant(out long count)
        && first + count <= all.Elements.Length
            ? SymbolicTensor.Vector(all.Elements.Skip((int)first).Take((int)count))
            : null;
}
