using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Reshape and Flatten: the same elements under other axes.</summary>
internal static class ReshapeInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add("Reshape", 1, static context => Reshape(context, Attribute(context)));
        registry.Add("Reshape", 5, static context => Reshape(context, context.VectorOf(1)));
        registry.Add(Flatten, "Flatten");
    }

    private static ImmutableArray<Dim?>? Attribute(InferenceContext context) =>
        context.Ints("shape") is { } shape ? [.. shape.Select(Dim.Of)] : null;

    private static void Reshape(InferenceContext context, ImmutableArray<Dim?>? target)
    {
        TensorShape? input = context.ShapeOf(0);
        TensorShape? shape = target is { } wanted ? Resolve(context, input, wanted) : null;
        context.Set(0, context.ElementOf(0), shape, context.ElementsOf(0)?.Reshape(shape));
    }

    /// <summary>
    /// 0 takes the input's length over (unless <c>allowzero</c>); the only -1, or the only unknown, is what is left of the element count.
    /// </summary>
    private static TensorShape Resolve(InferenceContext context, TensorShape? input, ImmutableArray<Dim?> wanted)
    {
        if (wanted.Count(static length => length is not null && length.Is(-1)) > 1)
        {
            throw context.RefuseParameter($"the shape {string.Join(", ", wanted)}", "one -1 at most");
        }

        if (input is not null && !wanted.Contains(null) && wanted.Any(static length => length!.HasElement))
        {
            return Chosen(context, input, [.. wanted.Select(static length => length!)]);
        }

        bool copiesZero = !context.Flag("allowzero");
        Dim?[] lengths = wanted
            .Select(
                (length, axis) =>
                    length switch
                    {
                        null => null,
                        _ when length.Is(-1) => null,
                        _ when length.HasElement => null, // It may be -1 or 0, and what it stands for then is not known.
                        _ when length.Is(0) && copiesZero => Copied(context, input, axis),
                        _ => context.Natural(length, $"axis {axis}"),
                    }
            )
            .ToArray();
        int open = Array.IndexOf(lengths, null);
        if (open >= 0 && lengths.Count(static length => length is null) == 1)
        {
            lengths[open] = Remaining(context, input, lengths);
        }
        else if (open < 0)
        {
            NeedSameCount(context, input, lengths!);
        }

        return new TensorShape(lengths.Select(static length => length ?? Dim.Unknown()));
    }

    /// <summary>
    /// Lengths that inputs of the model give: whether one is 0 or -1 is known once it runs, so each is a choice. The only one that is not a
    /// number or letter is what is left, whatever stands for it.
    /// </summary>
    private static TensorShape Chosen(InferenceContext context, TensorShape input, ImmutableArray<Dim> wanted)
    {
        Dim[] lengths = wanted
            .Select(
                (length, axis) =>
                    length.HasElement || length.Is(0) ? Copied(length, axis)
                    : length.Is(-1) ? length
                    : context.Natural(length, $"axis {axis}")
            )
            .ToArray();
        int given = wanted.Count(static length => length.HasElement);
        bool isRestAsked = wanted.Contains(-1);
        return new TensorShape(
            wanted.Select(
                (length, axis) =>
                    length.Is(-1) || (length.HasElement && given == 1 && !isRestAsked) ? ChosenAxes.Known(() => Rest(axis))
                    : length.HasElement && !isRestAsked ? ChosenAxes.Known(() => Dim.IfEqual(length, -1, Rest(axis), lengths[axis]))
                    : lengths[axis]
            )
        );

        Dim Copied(Dim length, int axis) =>
            context.Flag("allowzero") ? length
            : axis < input.Rank ? ChosenAxes.Known(() => Dim.IfEqual(length, 0, input[axis], length))
            : length.Is(0) ? throw context.RefuseParameter($"the length 0 for axis {axis}", $"an axis of the input {input}")
            : length;

        Dim Rest(int axis) => Remaining(context, input, [.. lengths.Where((_, other) => other != axis)]) ?? Dim.Unknown();
    }

    private static Dim Copied(InferenceContext context, TensorShape? input, int axis)
    {
        if (input is null)
        {
            return Dim.Unknown();
        }

        return axis < input.Rank
            ? input[axis]
            : throw context.RefuseParameter($"the length 0 for axis {axis}", $"an axis of the input {input}");
    }

    private static Dim? Remaining(InferenceContext context, TensorShape? input, Dim?[] lengths)
    {
        Dim others = new TensorShape(lengths.OfType<Dim>()).ElementCount;
        if (input is null || others.Is(0))
        {
            return null;
        }

        Dim count = input.ElementCount;
        if (count.TryGetConstant(out long all) && others.TryGetConstant(out long some) && all % some != 0)
        {
            throw context.RefuseLength($"{all} elements of {input}", $"a multiple of {some}");
        }

        return count.FloorDiv(others);
    }

    private static void NeedSameCount(InferenceContext context, TensorShape? input, Dim[] lengths)
    {
        if (input is null)
        {
            return;
        }

        (Dim? before, Dim? after) = (input.ElementCount, new TensorShape(lengths).ElementCount);
        if (before.IsConstant && after.IsConstant && before != after)
        {
            throw context.RefuseLength($"{before} elements of {input}", $"{after} for [{string.Join(", ", (object[])lengths)}]");
        }
    }

    private static void Flatten(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0);
        long given = context.Int("axis", 1);
        if (input is null)
        {
            context.Set(0, context.ElementOf(0), TensorShape.OfRank(2));
            return;
        }

        int axis = given == input.Rank ? input.Rank : context.Axis(given, Math.Max(1, input.Rank));
        var shape = new TensorShape(new TensorShape(input.Take(axis)).ElementCount, new TensorShape(input.Skip(axis)).ElementCount);
        context.Set(0, context.ElementOf(0), shape, context.ElementsOf(0)?.Reshape(shape));
    }
}
