using System.Collections.Immutable;

namespace VampNet.Onnx.Dimensions;

/// <summary>A product of powers of atoms, ordered by atom; the empty product is 1. Ordered by degree, then by atoms, as division
/// needs.</summary>
internal sealed class Monomial : IEquatable<Monomial>, IComparable<Monomial>
{
    public static readonly Monomial One = new([]);

    private readonly int _hash;

    private Monomial(ImmutableArray<Factor> factors)
    {
        Factors = factors;
        var hashCode = new HashCode();
        foreach (Factor factor in factors)
        {
            hashCode.Add(factor);
            Degree = checked(Degree + factor.Power);
            Size = checked(Size + (factor.Power * factor.Atom.Size));
        }

        _hash = hashCode.ToHashCode();
    }

    public ImmutableArray<Factor> Factors { get; }

    public int Degree { get; }

    public int Size { get; }

    public bool IsOne => Factors.IsEmpty;

    /// <summary>The only factor, when there is one and its power is 1.</summary>
    public Atom? SingleAtom => Factors is [{ Power: 1 } factor] ? factor.Atom : null;

    public static Monomial Of(Atom atom) => new([new Factor(atom, 1)]);

    public static Monomial operator *(Monomial left, Monomial right)
    {
        if (left.IsOne)
        {
            return right;
        }

        if (right.IsOne)
        {
            return left;
        }

        return FromPowers(left.Factors.Concat(right.Factors));
    }

    /// <summary>The monomial that gives this one when multiplied by <paramref name="divisor"/>, or null.</summary>
    public Monomial? DivideBy(Monomial divisor)
    {
        Monomial quotient = FromPowers(Factors.Concat(divisor.Factors.Select(static factor => factor with { Power = -factor.Power })));
        return quotient.Factors.Any(static factor => factor.Power < 0) ? null : quotient;
    }

    /// <summary>The largest monomial dividing both.</summary>
    public Monomial CommonWith(Monomial other) =>
        new([
            .. from mine in Factors
            from theirs in other.Factors
            where mine.Atom.Equals(theirs.Atom)
            select mine with
            {
                Power = Math.Min(mine.Power, theirs.Power),
            },
        ]);

    public int CompareTo(Monomial? other)
    {
        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        if (other is null)
        {
            return 1;
        }

        if (Degree != other.Degree)
        {
            return Degree.CompareTo(other.Degree);
        }

        for (int i = 0; i < Math.Min(Factors.Length, other.Factors.Length); i++)
        {
            // The monomial with the earlier atom, or with its higher power, is the larger one.
            int order = other.Factors[i].Atom.CompareTo(Factors[i].Atom);
            if (order == 0)
            {
                order = Factors[i].Power.CompareTo(other.Factors[i].Power);
            }

            if (order != 0)
            {
                return order;
            }
        }

        return Factors.Length.CompareTo(other.Factors.Length);
    }

    public bool Equals(Monomial? other) => other is not null && _hash == other._hash && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as Monomial);

    public override int GetHashCode() => _hash;

    private static Monomial FromPowers(IEnumerable<Factor> factors) =>
        new([
            .. factors
                .GroupBy(static factor => factor.Atom)
                .Select(static group => new Factor(group.Key, group.Sum(static factor => factor.Power)))
                .Where(static factor => factor.Power != 0)
                .OrderBy(static factor => factor.Atom),
        ]);
}

/// <summary>An atom to a power of 1 or more.</summary>
internal readonly record struct Factor(Atom Atom, int Power);
