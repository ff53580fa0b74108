namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>
/// Ceil and Floor. A fractional quotient is not followed, but its rounded value is: exporters compute lengths in this way, in floating
/// point.
/// </summary>
internal static class RoundingInference
{
    /// <summary>Largest whole numbers for which rounding to binary32 cannot turn a fractional quotient into a whole number.</summary>
    private const long MaxExact = 1 << 12;

    public static void Register(OperatorRegistry registry)
    {
        registry.Add(static context => Round(context, static (a, b) => a.CeilDiv(b)), "Ceil");
        registry.Add(static context => Round(context, static (a, b) => a.FloorDiv(b)), "Floor");
    }

    private static void Round(InferenceContext context, Func<Dim, Dim, Dim> divide)
    {
        TensorShape? shape = context.ShapeOf(0);
        context.Set(
            0,
            context.ElementOf(0),
            shape,
            context.ElementsOf(0)?.Reshape(shape) is { } whole && !whole.Elements.Contains(null)
                ? whole
                : RoundedQuotient(context, shape, divide)
        );
    }

    private static SymbolicTensor? RoundedQuotient(InferenceContext context, TensorShape? shape, Func<Dim, Dim, Dim> divide)
    {
        if (context.Node.Input(0)?.Producer is not { } division || !division.Is("Div"))
        {
            return null;
        }

        if (context.FactOf(division.Input(0))?.Elements is not { } left || context.FactOf(division.Input(1))?.Elements is not { } right)
        {
            return null;
        }

        return SymbolicTensor.Build(
            shape,
            at => left.At(at) is { } a && right.At(at) is { } b && IsExact(a) && IsExact(b) && !b.Is(0) ? divide(a, b) : null
        );
    }

    private static bool IsExact(Dim dim) => dim.TryGetConstant(out long number) && Math.Abs(number) <= MaxExact;
}
