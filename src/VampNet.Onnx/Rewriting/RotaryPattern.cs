namespace VampNet.Onnx.Rewriting;

/// <summary>
/// A rotation of pairs of elements of the last axis, in the ways exporters spell it:
/// 1. <c>x cos + rotated(x) sin</c>, where rotated is <c>concat(-x2, x1)</c> of the halves of x;
/// 2. the same where rotated stacks <c>-x_odd, x_even</c>, so that the pairs are neighbours;
/// 3. <c>concat(x1 cos - x2 sin, x2 cos + x1 sin)</c>, whose cos and sin have half the elements.
/// </summary>
/// <param name="X">Value that is rotated.</param>
/// <param name="Cos">The cosines.</param>
/// <param name="Sin">The sines.</param>
/// <param name="IsInterleaved">Whether pairs are neighbours, not halves apart.</param>
/// <param name="HasDistinctTables">Whether cos and sin have each number once.</param>
internal sealed record RotaryPattern(Value X, Value Cos, Value Sin, bool IsInterleaved, bool HasDistinctTables)
{
    /// <summary>Matches the rotated value; null for anything else.</summary>
    public static RotaryPattern? Match(Value? value, RewriteContext context) =>
        GraphPattern.Producer(value, "Add") is { Inputs: [{ } left, { } right] }
            ? MatchSum(left, right, context) ?? MatchSum(right, left, context)
        : GraphPattern.Producer(value, "Concat") is { } concat ? MatchHalves(concat, context)
        : null;

    /// <summary>The first elements of a value rotated, the others behind them as they are: the whole value and how many are
    /// rotated.</summary>
    public static (RotaryPattern Pattern, Value Whole, long Rotated)? MatchPartial(Node? concat, RewriteContext context) =>
        concat?.Is("Concat") == true
        && concat.Inputs is [{ } first, { } rest]
        && GraphPattern.IsLastAxis(concat.Attributes.GetInt("axis"), concat.Outputs[0])
        && LastAxisPiece.Match(rest, context) is { Step: 1 } kept
        && Match(first, context) is { } pattern
        && LastAxisPiece.Match(pattern.X, context) is { Start: 0, Step: 1 } rotated
        && rotated.Source == kept.Source
        && rotated.Length == kept.Start
        && kept.Source.TensorType!.Shape![^1].Is(kept.Start + kept.Length)
            ? (pattern, kept.Source, rotated.Length)
            : null;

    private static RotaryPattern? MatchSum(Value plain, Value turned, RewriteContext context)
    {
        if (
            GraphPattern.Producer(turned, "Mul") is not { } second
            || GraphPattern.Producer(plain, "Mul") is not { } first
            || !GraphPattern.TryMatchEither(second, value => MatchTurned(value, context) is not null, out Value? half, out Value? sin)
        )
        {
            return null;
        }

        (Value x, bool isInterleaved) = MatchTurned(half, context)!.Value;
        return GraphPattern.TryMatchEither(first, value => value == x, out _, out Value? cos)
            ? new RotaryPattern(x, cos, sin, isInterleaved, false)
            : null;
    }

    private static (Value X, bool IsInterleaved)? MatchTurned(Value value, RewriteContext context)
    {
        if (
            GraphPattern.Producer(value, "Concat") is { Inputs: [{ } negated, { } kept] } concat
            && GraphPattern.IsLastAxis(concat.Attributes.GetInt("axis"), value)
            && HalvesOf(kept, Negated(negated), context) is { } x
        )
        {
            return (x, false);
        }

        RotationTable axes = new(new PatchBuilder(), context, true);
        return
            GraphPattern.Producer(value, "Reshape") is { } flat
            && GraphPattern.Producer(flat.Input(0), "Concat") is { Inputs: [{ } odds, { } evens] } stack
            && GraphPattern.IsLastAxis(stack.Attributes.GetInt("axis"), stack.Outputs[0])
            && axes.WithoutLastAxis(evens) is { } even
            && axes.WithoutLastAxis(odds) is { } negatedOdd
            && LastAxisPiece.Match(even, context) is { Start: 0, Step: 2 } first
            && LastAxisPiece.Match(Negated(negatedOdd), context) is { Start: 1, Step: 2 } second
            && first.Source == second.Source
            && first.Length == second.Length
            && GraphPattern.HaveEqualShapes(first.Source, value)
            ? (first.Source, true)
            : null;
    }

    private static RotaryPattern? MatchHalves(Node concat, RewriteContext context)
    {
        if (
            concat.Inputs is not [{ } first, { } second]
            || !GraphPattern.IsLastAxis(concat.Attributes.GetInt("axis"), concat.Outputs[0])
            || GraphPattern.Producer(first, "Sub") is not { Inputs: [{ } firstCos, { } firstSin] }
            || GraphPattern.Producer(second, "Add") is not { Inputs: [{ } a, { } b] }
            || GraphPattern.Producer(firstCos, "Mul") is not { Inputs: [{ } p, { } q] }
            || GraphPattern.Producer(firstSin, "Mul") is not { Inputs: [{ } r, { } s] }
        )
        {
            return null;
        }

        foreach (
            (Value x1, Value cos, Value x2, Value sin) in ((Value, Value, Value, Value)[])
                [(p, q, r, s), (p, q, s, r), (q, p, r, s), (q, p, s, r)]
        )
        {
            if (
                HalvesOf(x1, x2, context) is { } x
                && ((IsProductOf(a, x2, cos) && IsProductOf(b, x1, sin)) || (IsProductOf(b, x2, cos) && IsProductOf(a, x1, sin)))
            )
            {
                return new RotaryPattern(x, cos, sin, false, true);
            }
        }

        return null;
    }

    /// <summary>The value whose two halves these are, in this order.</summary>
    private static Value? HalvesOf(Value first, Value? second, RewriteContext context) =>
        LastAxisPiece.Match(first, context) is { Start: 0, Step: 1 } low
        && LastAxisPiece.Match(second, context) is { Step: 1 } high
        && low.Source == high.Source
        && high.Start == low.Length
        && high.Length == low.Length
        && low.Source.TensorType!.Shape![^1].Is(2 * low.Length)
            ? low.Source
            : null;

    private static Value? Negated(Value value) =>
        GraphPattern.Producer(value, "Neg")?.Input(0) ?? GraphPattern.BesideScalar(GraphPattern.Producer(value, "Mul"), -1);

    private static bool IsProductOf(Value product, Value left, Value right) =>
        GraphPattern.Producer(product, "Mul") is { Inputs: [{ } a, { } b] } && ((a == left && b == right) || (a == right && b == left));
}
