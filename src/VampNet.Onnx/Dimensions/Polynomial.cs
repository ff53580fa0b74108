using System.Collections.Immutable;

namespace VampNet.Onnx.Dimensions;

/// <summary>Checked arithmetic on the terms of a <see cref="Dim"/>.</summary>
internal static class Polynomial
{
    public static Dim Add(Dim left, Dim right)
    {
        if (left.Terms.IsEmpty)
        {
            return right;
        }

        if (right.Terms.IsEmpty)
        {
            return left;
        }

        return Collect(left.Terms.Concat(right.Terms));
    }

    public static Dim Multiply(Dim left, Dim right)
    {
        // Limits the work in advance: hostile expressions could otherwise square in size at each step.
        if ((long)left.Terms.Length * right.Terms.Length > Dim.MaxSize * 4L)
        {
            throw new OverflowException(
                $"Found a product of {left.Terms.Length} by {right.Terms.Length} terms. Expected a shorter dimension."
            );
        }

        return Collect(
            from a in left.Terms
            from b in right.Terms
            select new Term(checked(a.Coefficient * b.Coefficient), a.Monomial * b.Monomial)
        );
    }

    public static Dim Scale(Dim dim, long factor) =>
        factor == 0 ? Dim.Zero : new Dim([.. dim.Terms.Select(term => term with { Coefficient = checked(term.Coefficient * factor) })]);

    /// <summary>The sum of the terms of <paramref name="dim"/> with each atom replaced by an expression.</summary>
    public static Dim Rebuild(Dim dim, Func<Atom, Dim> replace)
    {
        Dim sum = Dim.Zero;
        foreach ((long coefficient, Monomial? monomial) in dim.Terms)
        {
            var product = Dim.Of(coefficient);
            foreach ((Atom? atom, int power) in monomial.Factors)
            {
                Dim replaced = replace(atom);
                for (int i = 0; i < power; i++)
                {
                    product *= replaced;
                }
            }

            sum += product;
        }

        return sum;
    }

    /// <summary>The terms with equal monomials added up, in descending order, without zeros.</summary>
    public static Dim Collect(IEnumerable<Term> terms)
    {
        var sums = new SortedDictionary<Monomial, long>(Comparer<Monomial>.Create(static (a, b) => b.CompareTo(a)));
        foreach ((long coefficient, Monomial? monomial) in terms)
        {
            sums[monomial] = checked(sums.GetValueOrDefault(monomial) + coefficient);
        }

        return new Dim([.. sums.Where(static sum => sum.Value != 0).Select(static sum => new Term(sum.Value, sum.Key))]);
    }

    /// <summary>The constant term.</summary>
    public static long Constant(Dim dim) => dim.Terms is [.., var last] && last.Monomial.IsOne ? last.Coefficient : 0;

    /// <summary>The terms but the constant.</summary>
    public static IEnumerable<Term> WithLetters(Dim dim) => dim.Terms.Where(static term => !term.Monomial.IsOne);

    /// <summary>The largest number dividing all of <paramref name="numbers"/>; 0 when there are none but zeros.</summary>
    public static long Gcd(IEnumerable<long> numbers)
    {
        ulong gcd = 0UL;
        foreach (long number in numbers)
        {
            ulong rest = number == long.MinValue ? 1UL << 63 : (ulong)Math.Abs(number);
            while (rest != 0)
            {
                (gcd, rest) = (rest, gcd % rest);
            }
        }

        return checked((long)gcd);
    }

    /// <summary>A total order of normal forms, unrelated to their values.</summary>
    public static int Compare(Dim left, Dim right)
    {
        if (ReferenceEquals(left, right))
        {
            return 0;
        }

        for (int i = 0; i < Math.Min(left.Terms.Length, right.Terms.Length); i++)
        {
            int order = left.Terms[i].Monomial.CompareTo(right.Terms[i].Monomial);
            if (order == 0)
            {
                order = left.Terms[i].Coefficient.CompareTo(right.Terms[i].Coefficient);
            }

            if (order != 0)
            {
                return order;
            }
        }

        return left.Terms.Length.CompareTo(right.Terms.Length);
    }
}
