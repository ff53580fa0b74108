using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Operators on two or more tensors that broadcast against each other.</summary>
internal static class BroadcastInference
{
    private delegate Dim? Combine(ElementType element, Dim left, Dim right);

    public static void Register(OperatorRegistry registry)
    {
        Arithmetic("Add", static (_, left, right) => left + right);
        Arithmetic("Sub", static (_, left, right) => left - right);
        Arithmetic("Mul", static (_, left, right) => left * right);
        Arithmetic("Div", Quotient);
        Arithmetic("And", static (_, left, right) => left * right);
        Arithmetic("Or", static (_, left, right) => left + right - (left * right));
        Arithmetic("Xor", static (_, left, right) => left + right - (left * right * 2));
        foreach (string opType in (string[])["BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor"])
        {
            Arithmetic(opType, null);
        }

        Comparison("Equal", IsEqual);
        Comparison("Greater", static (element, left, right) => IsLess(element, right, left));
        Comparison("Less", IsLess);
        registry.Add(context => Compare(context, static (element, left, right) => Invert(IsLess(element, left, right))), "GreaterOrEqual");
        registry.Add(context => Compare(context, static (element, left, right) => Invert(IsLess(element, right, left))), "LessOrEqual");

        registry.Add(context => Fold(context, static (_, left, right) => Dim.Max(left, right)), "Max");
        registry.Add(context => Fold(context, static (_, left, right) => Dim.Min(left, right)), "Min");
        registry.Add(context => Fold(context, static (_, left, right) => left + right), "Sum");
        registry.Add(context => Fold(context, null), "Mean");
        registry.Add(static context => Apply(context, context.CommonElement(0, 1), context.Flag("fmod") ? Truncated : Floored), "Mod");
        registry.Add(Power, "Pow");
        registry.Add(LikeFirst, "PRelu");
        registry.Add(Where, "Where");

        void Arithmetic(string opType, Combine? combine)
        {
            registry.Add(opType, 1, LikeFirst);
            registry.Add(opType, 7, context => Apply(context, context.CommonElement(0, 1), combine));
        }

        void Comparison(string opType, Combine combine)
        {
            registry.Add(opType, 1, static context => context.Set(0, ElementType.Bool, context.ShapeOf(0)));
            registry.Add(opType, 7, context => Compare(context, combine));
        }
    }

    /// <summary>Before version 7 only the second input broadcast, as said by attributes; PRelu's slope does so still.</summary>
    private static void LikeFirst(InferenceContext context) => context.SetLike(0, 0);

    private static void Compare(InferenceContext context, Combine combine)
    {
        context.CommonElement(0, 1);
        Apply(context, ElementType.Bool, combine);
    }

    private static void Apply(InferenceContext context, ElementType result, Combine? combine)
    {
        TensorShape? shape = BroadcastShapes.Of(context, 0, 1);
        (SymbolicTensor? left, SymbolicTensor? right) = (context.ElementsOf(0), context.ElementsOf(1));
        ElementType element = context.ElementOf(0);
        context.Set(
            0,
            result,
            shape,
            combine is null || left is null || right is null
                ? null
                : SymbolicTensor.Build(shape, at => left.At(at) is { } a && right.At(at) is { } b ? combine(element, a, b) : null)
        );
    }

    private static void Fold(InferenceContext context, Combine? combine)
    {
        int[] inputs = [.. Enumerable.Range(0, Math.Max(1, context.InputCount))];
        ElementType element = context.CommonElement(inputs);
        TensorShape? shape = BroadcastShapes.Of(context, inputs);
        SymbolicTensor? elements = combine is null
            ? null
            : SymbolicTensor.Build(
                shape,
                at =>
                {
                    Dim?[] all = inputs.Select(input => context.ElementsOf(input)?.At(at)).ToArray();
                    return all.Any(static each => each is null) ? null : all.Aggregate((left, right) => combine(element, left!, right!));
                }
            );
        context.Set(0, element, shape, elements);
    }

    /// <summary>The exponent may have another type.</summary>
    private static void Power(InferenceContext context) =>
        context.Set(0, context.ElementOf(0), context.Version < 7 ? context.ShapeOf(0) : BroadcastShapes.Of(context, 0, 1));

    private static void Where(InferenceContext context)
    {
        TensorShape? shape = BroadcastShapes.Of(context, 0, 1, 2);
        (SymbolicTensor? condition, SymbolicTensor? yes, SymbolicTensor? no) = (
            context.ElementsOf(0),
            context.ElementsOf(1),
            context.ElementsOf(2)
        );
        context.Set(
            0,
            context.CommonElement(1, 2),
            shape,
            yes is null || no is null
                ? null
                : SymbolicTensor.Build(
                    shape,
                    at =>
                    {
                        (Dim? a, Dim? b) = (yes.At(at), no.At(at));
                        if (a is not null && a == b)
                        {
                            return a;
                        }

                        if (condition?.At(at) is not { } chosen)
                        {
                            return null;
                        }

                        if (chosen.IsConstant)
                        {
                            return chosen.Is(0) ? b : a;
                        }

                        return a is null || b is null ? null : Dim.IfEqual(chosen, 0, b, a);
                    }
                )
        );
    }

    /// <summary>Integer division rounds towards 0; a quotient that comes out even is the same for floating point.</summary>
    private static Dim? Quotient(ElementType element, Dim left, Dim right)
    {
        if (right.Is(0))
        {
            return null;
        }

        bool isWhole = element.IsFloatingPoint;
        if (left.TryGetConstant(out long a) && right.TryGetConstant(out long b))
        {
            return b == -1 ? -left
                : isWhole && a % b != 0 ? null
                : Dim.Of(a / b);
        }

        return !isWhole && left.LowerBound >= 0 && right.LowerBound >= 0 ? left.FloorDiv(right) : null;
    }

    /// <summary>The remainder with the divisor's sign.</summary>
    private static Dim? Floored(ElementType element, Dim left, Dim right) => right.LowerBound > 0 ? left.Mod(right) : null;

    /// <summary>The remainder with the dividend's sign.</summary>
    private static Dim? Truncated(ElementType element, Dim left, Dim right) =>
        left.LowerBound >= 0 && right.LowerBound > 0 ? left.Mod(right) : null;

    private static Dim? IsEqual(ElementType element, Dim left, Dim right)
    {
        if (left == right)
        {
            return Dim.One;
        }

        Dim difference = left - right;
        if (difference.LowerBound > 0 || difference.UpperBound < 0)
        {
            return Dim.Zero;
        }

        return difference.HasElement ? Dim.IfEqual(left, right, 1, 0) : null;
    }

    private static Dim? IsLess(ElementType element, Dim left, Dim right)
    {
        Dim difference = right - left;
        if (difference.LowerBound > 0 || difference.UpperBound <= 0)
        {
            return difference.LowerBound > 0 ? Dim.One : Dim.Zero;
        }

        return difference.HasElement ? Dim.IfLess(left, right, 1, 0) : null;
    }

    private static Dim? Invert(Dim? truth) => truth is null ? null : Dim.One - truth;
}
