namespace VampNet.Onnx.Rewriting;

/// <summary>
/// <c>(x - mean(x)) / sqrt(mean((x - mean(x))^2) + eps)</c> over the last axes, in the forms that exporters write: the square as Pow or
/// Mul, the root as Sqrt, Pow 0.5 or Pow -0.5, the quotient as Div or as a product with a reciprocal, x cast to float32 before and back
/// behind.
/// </summary>
/// <param name="X">The normalized value.</param>
/// <param name="FirstAxis">The first of the axes, counted from the end: -1 for the last alone.</param>
/// <param name="Epsilon">The number added to the variance.</param>
/// <param name="IsCast">Whether x is cast to float32 for the computation, and its result back.</param>
internal sealed record LayerNormalizationPattern(Value X, int FirstAxis, double Epsilon, bool IsCast)
{
    /// <summary>Matches the normalized value; null for anything else.</summary>
    public static LayerNormalizationPattern? Match(Value normed, RewriteContext context)
    {
        bool isCast = GraphPattern.Producer(normed, "Cast") is not null;
        Value? inner = isCast ? normed.Producer!.Input(0) : normed;
        if (inner is null || Quotient(inner) is not var (centred, variance) || Centre(centred, context) is not var (x, axes))
        {
            return null;
        }

        if (
            GraphPattern.Producer(variance, "Add") is not { } shifted
            || !GraphPattern.TryMatchEither(
                shifted,
                value => GraphPattern.Producer(value, "ReduceMean") is not null,
                out Value? meanSquare,
                out Value? shift
            )
            || !RewriteContext.TryGetScalar(shift, out double epsilon)
            || Axes(meanSquare.Producer!, x, context) != axes
            || !IsSquareOf(meanSquare.Producer!.Input(0), centred, context)
        )
        {
            return null;
        }

        if (!isCast)
        {
            return new LayerNormalizationPattern(x, axes, epsilon, false);
        }

        ElementType narrow = normed.TensorType?.ElementType ?? ElementType.Undefined;
        return
            GraphPattern.Producer(x, "Cast")?.Input(0) is { } source
            && source.TensorType?.ElementType == narrow
            && narrow is ElementType.Float16 or ElementType.BFloat16
            && x.TensorType?.ElementType == ElementType.Float
            ? new LayerNormalizationPattern(source, axes, epsilon, true)
            : null;
    }

    /// <summary>Whether a value is x minus its own mean: then it is a layer normalization, not a root-mean-square one.</summary>
    public static bool IsCentred(Value value, RewriteContext context) => Centre(value, context) is not null;

    /// <summary>The dividend and the variance plus epsilon of <c>d / sqrt(v)</c>.</summary>
    private static (Value Centred, Value Variance)? Quotient(Value value)
    {
        if (GraphPattern.Producer(value, "Div") is { } quotient && quotient.Inputs is [{ } dividend, { } divisor])
        {
            return Root(divisor) is { } variance ? (dividend, variance) : null;
        }

        if (
            GraphPattern.Producer(value, "Mul") is not { } product
            || !GraphPattern.TryMatchEither(product, each => InverseRoot(each) is not null, out Value? inverse, out Value? centred)
        )
        {
            return null;
        }

        return (centred, InverseRoot(inverse)!);
    }

    private static Value? Root(Value value) =>
        GraphPattern.Producer(value, "Sqrt") is { } sqrt ? sqrt.Input(0)
        : GraphPattern.Producer(value, "Pow") is { } power && RewriteContext.IsScalar(power.Input(1), 0.5) ? power.Input(0)
        : null;

    private static Value? InverseRoot(Value value) =>
        GraphPattern.DivisorOfReciprocal(value) is { } divisor ? Root(divisor)
        : GraphPattern.Producer(value, "Pow") is { } power && RewriteContext.IsScalar(power.Input(1), -0.5) ? power.Input(0)
        : null;

    private static (Value X, int FirstAxis)? Centre(Value value, RewriteContext context) =>
        GraphPattern.Producer(value, "Sub") is { } difference
        && difference.Inputs is [{ } x, { } meanValue]
        && GraphPattern.Producer(meanValue, "ReduceMean") is { } mean
        && mean.Input(0) == x
        && Axes(mean, x, context) is < 0 and var axes
            ? (x, axes)
            : null;

    private static bool IsSquareOf(Value? square, Value centred, RewriteContext context)
    {
        bool Same(Value? value) =>
            value == centred || (value is not null && Centre(value, context) is { } found && found == Centre(centred, context));

        return (GraphPattern.Producer(square, "Pow") is { } power && RewriteContext.IsScalar(power.Input(1), 2) && Same(power.Input(0)))
            || (GraphPattern.Producer(square, "Mul") is { } product && Same(product.Input(0)) && Same(product.Input(1)));
    }

    /// <summary>The first of the last axes that are reduced, counted from the end; 0 when others are, or the dimensions go.</summary>
    private static int Axes(Node mean, Value x, RewriteContext context)
    {
        long[]? axes =
            mean.Attributes.GetInts("axes") is { } given ? [.. given]
            : context.TryGetInt64s(mean.Input(1), out long[]? named) ? named
            : null;
        int rank = RewriteContext.RankOf(x);
        if (axes is not { Length: > 0 } || mean.Attributes.GetInt("keepdims", 1) != 1)
        {
            return 0;
        }

        if (rank < 0 && Array.Exists(axes, axis => axis >= 0))
        {
            return 0;
        }

        long[] fromEnd = [.. axes.Select(axis => axis < 0 ? axis : axis - rank).Order()];
        return fromEnd.SequenceEqual(Enumerable.Range(-axes.Length, axes.Length).Select(axis => (long)axis)) ? -axes.Length : 0;
    }
}
