namespace VampNet.Onnx.Dimensions;

/// <summary>
/// The normal form of a minimum: nested minima are merged, an operand that is never the smallest is dropped, and common terms and factors
/// are taken out (<c>min(T + 3, 5) = min(T, 2) + 3</c>, <c>min(T*2, 4) = min(T, 2)*2</c>).
/// </summary>
internal static class DimMinimum
{
    private const int MaxOperands = 16;

    private static readonly Comparer<Dim> LongestFirst = Comparer<Dim>.Create(
        static (left, right) => right.Size != left.Size ? right.Size.CompareTo(left.Size) : Polynomial.Compare(right, left)
    );

    public static Dim Of(IEnumerable<Dim> operands)
    {
        Dim[] candidates = operands.SelectMany(Flatten).Distinct().Take(MaxOperands + 1).ToArray();
        if (candidates.Length > MaxOperands)
        {
            throw new OverflowException($"Found a minimum of more than {MaxOperands} operands. Expected fewer.");
        }

        // One after the other: of two forms of the same number, each is at least the other, and one must stay.
        List<Dim> smallest = [.. candidates.Order(LongestFirst)];
        foreach (Dim candidate in smallest.ToArray())
        {
            if (smallest.Any(other => other != candidate && candidate.IsAtLeast(other)))
            {
                smallest.Remove(candidate);
            }
        }

        if (smallest.Count == 1)
        {
            return smallest[0];
        }

        Dim shared = Shared(smallest);
        Dim[] rests = smallest.Select(operand => operand - shared).ToArray();
        long factor = Polynomial.Gcd(rests.SelectMany(static rest => rest.Terms).Select(static term => term.Coefficient));
        Dim[] reduced = rests.Select(rest => rest.FloorDiv(factor)).ToArray();
        return shared + (factor * (reduced.Any(static rest => NestedMinimum(rest) is not null) ? Of(reduced) : AtomOf(reduced)));
    }

    private static Dim AtomOf(Dim[] operands)
    {
        Array.Sort(operands, Polynomial.Compare);
        return Dim.FromAtom(new MinimumAtom([.. operands]));
    }

    private static IEnumerable<Dim> Flatten(Dim operand)
    {
        if (NestedMinimum(operand) is not { } minimum)
        {
            return [operand];
        }

        Dim rest = operand - Dim.FromAtom(minimum);
        return minimum.Operands.SelectMany(each => Flatten(each + rest));
    }

    private static MinimumAtom? NestedMinimum(Dim operand) =>
        operand
            .Terms.Where(static term => term.Coefficient == 1)
            .Select(static term => term.Monomial.SingleAtom)
            .OfType<MinimumAtom>()
            .FirstOrDefault();

    /// <summary>For each monomial the smallest coefficient among all operands.</summary>
    private static Dim Shared(IReadOnlyList<Dim> operands) =>
        Polynomial.Collect(
            from monomial in operands.SelectMany(static operand => operand.Terms).Select(static term => term.Monomial).Distinct()
            let least = operands.Min(operand => operand.Terms.FirstOrDefault(term => monomial.Equals(term.Monomial)).Coefficient)
            select new Term(least, monomial)
        );
}
