using System.Collections.Immutable;

namespace VampNet.Onnx.Dimensions;

/// <summary>An indivisible part of a polynomial: a letter, an element, an unknown, a quotient, a minimum, a choice. Totally ordered, so
/// that forms are unique.</summary>
internal abstract class Atom : IEquatable<Atom>, IComparable<Atom>
{
    /// <summary>The number of letters and operations inside.</summary>
    public abstract int Size { get; }

    public abstract bool HasUnknown { get; }

    /// <summary>Whether it contains an element of an input of the model.</summary>
    public abstract bool HasElement { get; }

    public abstract IEnumerable<string> Letters { get; }

    /// <summary>The place of the kind in the order; quotients lead, so that they print first.</summary>
    protected abstract int Kind { get; }

    /// <summary>The expression with each letter, element and scaled length replaced by the result of the function; null keeps it.</summary>
    public abstract Dim Substitute(Func<Atom, Dim?> replacement);

    public int CompareTo(Atom? other) =>
        other switch
        {
            null => 1,
            _ when ReferenceEquals(this, other) => 0,
            _ when Kind != other.Kind => Kind.CompareTo(other.Kind),
            _ => CompareSameKind(other),
        };

    public bool Equals(Atom? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as Atom);

    public abstract override int GetHashCode();

    protected abstract int CompareSameKind(Atom other);
}

/// <summary>A named length.</summary>
internal sealed class SymbolAtom(string name) : Atom
{
    public string Name { get; } = name;

    public override int Size => 1;

    public override bool HasUnknown => false;

    public override bool HasElement => false;

    public override IEnumerable<string> Letters => [Name];

    protected override int Kind => 2;

    public override Dim Substitute(Func<Atom, Dim?> replacement) => replacement(this) ?? Dim.FromAtom(this);

    public override int GetHashCode() => Name.GetHashCode();

    protected override int CompareSameKind(Atom other) => string.CompareOrdinal(Name, ((SymbolAtom)other).Name);
}

/// <summary>An unknown length.</summary>
internal sealed class UnknownAtom : Atom
{
    private static long Created;

    private readonly long _serial = Interlocked.Increment(ref Created);

    public override int Size => 1;

    public override bool HasUnknown => true;

    public override bool HasElement => false;

    public override IEnumerable<string> Letters => [];

    protected override int Kind => 4;

    public override Dim Substitute(Func<Atom, Dim?> replacement) => Dim.FromAtom(this);

    public override int GetHashCode() => _serial.GetHashCode();

    protected override int CompareSameKind(Atom other) => _serial.CompareTo(((UnknownAtom)other)._serial);
}

/// <summary>A floor quotient that does not simplify; see <see cref="DimQuotient"/>.</summary>
internal sealed class QuotientAtom(Dim numerator, Dim divisor) : Atom
{
    public Dim Numerator { get; } = numerator;

    public Dim Divisor { get; } = divisor;

    public override int Size => 1 + Numerator.Size + Divisor.Size;

    public override bool HasUnknown => Numerator.HasUnknown || Divisor.HasUnknown;

    public override bool HasElement => Numerator.HasElement || Divisor.HasElement;

    public override IEnumerable<string> Letters => Numerator.Letters.Union(Divisor.Letters);

    protected override int Kind => 0;

    public override Dim Substitute(Func<Atom, Dim?> replacement) =>
        Numerator.SubstituteAtoms(replacement).FloorDiv(Divisor.SubstituteAtoms(replacement));

    public override int GetHashCode() => HashCode.Combine(Kind, Numerator, Divisor);

    protected override int CompareSameKind(Atom other)
    {
        var quotient = (QuotientAtom)other;
        int order = Polynomial.Compare(quotient.Numerator, Numerator);
        return order != 0 ? order : Polynomial.Compare(quotient.Divisor, Divisor);
    }
}

/// <summary>A minimum of two or more; see <see cref="DimMinimum"/>.</summary>
internal sealed class MinimumAtom(ImmutableArray<Dim> operands) : Atom
{
    /// <summary>Distinct, in ascending order.</summary>
    public ImmutableArray<Dim> Operands { get; } = operands;

    public override int Size => 1 + Operands.Sum(static operand => operand.Size);

    public override bool HasUnknown => Operands.Any(static operand => operand.HasUnknown);

    public override bool HasElement => Operands.Any(static operand => operand.HasElement);

    public override IEnumerable<string> Letters => Operands.SelectMany(static operand => operand.Letters);

    protected override int Kind => 1;

    public override Dim Substitute(Func<Atom, Dim?> replacement) =>
        DimMinimum.Of(Operands.Select(operand => operand.SubstituteAtoms(replacement)));

    public override int GetHashCode()
    {
        var hashCode = new HashCode();
        foreach (Dim operand in Operands)
        {
            hashCode.Add(operand);
        }

        return hashCode.ToHashCode();
    }

    protected override int CompareSameKind(Atom other)
    {
        ImmutableArray<Dim> theirs = ((MinimumAtom)other).Operands;
        for (int i = 0; i < Math.Min(Operands.Length, theirs.Length); i++)
        {
            int order = Polynomial.Compare(Operands[i], theirs[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return Operands.Length.CompareTo(theirs.Length);
    }
}
