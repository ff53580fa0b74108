using System.Collections.Immutable;
using VampNet.Onnx.Dimensions;

namespace VampNet.Onnx;

/// <summary>
/// An integer known by a number or by an expression: an axis length such as <c>T*14</c>, or an element of an integer tensor that
/// shapes are computed from. Immutable, and kept in a normal form so that expressions equal by algebra compare equal.
/// </summary>
/// <remarks>
/// The normal form is a polynomial with <see cref="long"/> coefficients over letters, elements of inputs, unknowns, floor quotients, minima
/// and choices.
/// Letters and unknowns stand for lengths: they are never negative. Elements of the model's inputs may be. Ceiling division, remainder and
/// maximum are rewritten:
/// <c>ceil(a/b) = -floor(-a/b)</c>, <c>a mod b = a - b*floor(a/b)</c>, <c>max(a,b) = -min(-a,-b)</c>. Arithmetic is checked: a coefficient
/// beyond <see cref="long"/>, or an expression of more than <see cref="MaxSize"/> parts, raises <see cref="OverflowException"/>.
/// </remarks>
public sealed class Dim : IEquatable<Dim>
{
    /// <summary>Largest number of letters and operations in an expression, over all levels.</summary>
    public const int MaxSize = 512;

    /// <summary>The number 0.</summary>
    public static readonly Dim Zero = new([]);

    /// <summary>The number 1.</summary>
    public static readonly Dim One = Of(1);

    private readonly int _hash;
    private readonly Lazy<long?> _lowerBound;

    internal Dim(ImmutableArray<Term> terms)
    {
        Terms = terms;
        var hashCode = new HashCode();
        long size = terms.Length == 0 ? 1 : 0;
        foreach (Term term in terms)
        {
            hashCode.Add(term.Coefficient);
            hashCode.Add(term.Monomial);
            size += 1 + term.Monomial.Size;
        }

        if (size > MaxSize)
        {
            throw new OverflowException($"Found a dimension of {size} parts. Expected at most {MaxSize}.");
        }

        _hash = hashCode.ToHashCode();
        Size = (int)size;
        _lowerBound = new(() => DimBounds.Lower(this), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>The terms in descending order, the constant last; none has the coefficient 0.</summary>
    internal ImmutableArray<Term> Terms { get; }

    internal int Size { get; }

    /// <summary>Whether this is a number.</summary>
    public bool IsConstant => Terms.Length == 0 || (Terms.Length == 1 && Terms[0].Monomial.IsOne);

    /// <summary>Whether the expression contains an unknown, so that the letters alone do not determine the number.</summary>
    public bool HasUnknown => Terms.Any(static term => term.Monomial.Factors.Any(static factor => factor.Atom.HasUnknown));

    /// <summary>
    /// Whether the expression contains an element of an input of the model, as in <c>shape[0]*2</c>: the number is known once that input
    /// is, and a file cannot name it.
    /// </summary>
    public bool HasElement => Terms.Any(static term => term.Monomial.Factors.Any(static factor => factor.Atom.HasElement));

    /// <summary>Whether this is a single unknown, which may be any length.</summary>
    public bool IsUnknown => Terms is [{ Coefficient: 1, Monomial.SingleAtom: UnknownAtom }];

    /// <summary>The name, when this is a letter and nothing else.</summary>
    internal string? Name => Terms is [{ Coefficient: 1, Monomial.SingleAtom: SymbolAtom symbol }] ? symbol.Name : null;

    /// <summary>The distinct letters of the expression, in ordinal order.</summary>
    public ImmutableSortedSet<string> Letters =>
        [.. Terms.SelectMany(static term => term.Monomial.Factors).SelectMany(static factor => factor.Atom.Letters)];

    /// <summary>A lower bound of the expression for all lengths, or null.</summary>
    public long? LowerBound => _lowerBound.Value;

    /// <summary>An upper bound of the expression for all lengths, or null.</summary>
    public long? UpperBound => (-this).LowerBound is { } bound && bound != long.MinValue ? -bound : null;

    /// <summary>The number <paramref name="value"/>; negative numbers are allowed, for elements of integer tensors.</summary>
    public static Dim Of(long value) => value == 0 ? Zero : new([new Term(value, Monomial.One)]);

    /// <summary>A letter (or a longer name, as in dim_param): some length, 0 or more, equal wherever the name is.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Dim Symbol(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromAtom(new SymbolAtom(name));
    }

    /// <summary>An element of an integer input of the model, written <c>shape[0]</c>, <c>k[]</c> for a scalar input.</summary>
    /// <param name="input">The name of the input.</param>
    /// <param name="index">The place in it, an index for each axis.</param>
    /// <param name="lower">The smallest number of its type; null if irrelevant.</param>
    /// <param name="upper">The largest number of its type; null if irrelevant.</param>
    public static Dim Element(string input, ReadOnlySpan<int> index, long? lower = null, long? upper = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(input);
        return FromAtom(new ElementAtom(input, [.. index], lower, upper));
    }

    /// <summary>This length times an element of a float input of the model, rounded down as Resize does: <c>scale(H,
    /// scales[2])</c>.</summary>
    public Dim ScaledBy(string input, params ReadOnlySpan<int> index) =>
        Is(0) ? Zero : FromAtom(new ScaledAtom(this, ElementAtom.Spell(input, [.. index])));

    /// <summary>A new unknown length, 0 or more: equal to itself only.</summary>
    public static Dim Unknown() => FromAtom(new UnknownAtom());

    /// <summary>
    /// Parses the text that <see cref="ToString"/> prints. Text that is not such an expression (a dim_param may be anything) is a letter by
    /// that name; empty text is a new unknown.
    /// </summary>
    public static Dim Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? Unknown() : DimParser.TryParse(text, knowsElements: true) ?? Symbol(text);
    }

    /// <summary>Reads a dim_param: as <see cref="Parse"/>, but without elements of inputs.</summary>
    internal static Dim ParseParameter(string text) =>
        text.Length == 0 ? Unknown() : DimParser.TryParse(text, knowsElements: false) ?? Symbol(text);

    /// <summary>The number, when this is one.</summary>
    public bool TryGetConstant(out long value)
    {
        value = Terms.Length == 0 ? 0 : Terms[0].Coefficient;
        return IsConstant;
    }

    /// <summary>Whether this is the number <paramref name="value"/>.</summary>
    public bool Is(long value) => TryGetConstant(out long constant) && constant == value;

    /// <summary>Whether this is at least <paramref name="other"/> for all lengths, as far as bounds can tell.</summary>
    public bool IsAtLeast(Dim other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (this - other).LowerBound >= 0;
    }

    /// <summary>The quotient rounded towards negative infinity; <c>(x*c)/c</c> is <c>x</c>, since division by 0 has no meaning.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="divisor"/> is the number 0.</exception>
    public Dim FloorDiv(Dim divisor) => DimQuotient.Floor(this, divisor);

    /// <summary>The quotient rounded towards positive infinity.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="divisor"/> is the number 0.</exception>
    public Dim CeilDiv(Dim divisor) => -(-this).FloorDiv(divisor);

    /// <summary>The remainder of <see cref="FloorDiv"/>: it has the divisor's sign.</summary>
    /// <exception cref="DivideByZeroException"><paramref name="divisor"/> is the number 0.</exception>
    public Dim Mod(Dim divisor) => this - (divisor * FloorDiv(divisor));

    /// <summary>The smaller of two.</summary>
    public static Dim Min(Dim left, Dim right) => DimMinimum.Of([left, right]);

    /// <summary>The larger of two.</summary>
    public static Dim Max(Dim left, Dim right) => -Min(-left, -right);

    /// <summary>Chooses one of two expressions by comparing two others: <c>if(left &lt; right, then, otherwise)</c>.</summary>
    public static Dim IfLess(Dim left, Dim right, Dim then, Dim otherwise) =>
        DimChoice.Of(left - right, isEquality: false, then, otherwise);

    /// <summary>Chooses one of two expressions by comparing two others: <c>if(left = right, then, otherwise)</c>.</summary>
    public static Dim IfEqual(Dim left, Dim right, Dim then, Dim otherwise) =>
        DimChoice.Of(left - right, isEquality: true, then, otherwise);

    /// <summary>The sum.</summary>
    public static Dim operator +(Dim left, Dim right) => Polynomial.Add(left, right);

    /// <summary>The difference.</summary>
    public static Dim operator -(Dim left, Dim right) => left + (-right);

    /// <summary>The product.</summary>
    public static Dim operator *(Dim left, Dim right) => Polynomial.Multiply(left, right);

    /// <summary>The negation.</summary>
    public static Dim operator -(Dim dim) => Polynomial.Scale(dim, -1);

    /// <summary>The number as a dimension.</summary>
    public static implicit operator Dim(long value) => Of(value);

    /// <summary>See <see cref="Equals(Dim)"/>.</summary>
    public static bool operator ==(Dim? left, Dim? right) => left is null ? right is null : left.Equals(right);

    /// <summary>See <see cref="Equals(Dim)"/>.</summary>
    public static bool operator !=(Dim? left, Dim? right) => !(left == right);

    /// <summary>
    /// The expression with each letter, and each element by its spelling (<c>shape[0]</c>), replaced by the result of
    /// <paramref name="replacement"/>; null keeps it.
    /// </summary>
    /// <exception cref="DivideByZeroException">A divisor became the number 0.</exception>
    public Dim Substitute(Func<string, Dim?> replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        return SubstituteAtoms(atom =>
            atom switch
            {
                SymbolAtom symbol => replacement(symbol.Name),
                ElementAtom element => replacement(element.ToString()),
                _ => null,
            }
        );
    }

    /// <summary>Evaluates the expression for given lengths.</summary>
    /// <param name="lengths">The lengths by letter, and integer elements of inputs by their spelling (<c>shape[0]</c>).</param>
    /// <param name="value">The number.</param>
    /// <param name="factors">The float elements of inputs, by their spelling.</param>
    /// <returns>False if a letter or element is not given, or the expression contains an unknown.</returns>
    /// <exception cref="DivideByZeroException">A divisor became the number 0.</exception>
    public bool TryEvaluate(IReadOnlyDictionary<string, long> lengths, out long value, IReadOnlyDictionary<string, float>? factors = null)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        return SubstituteAtoms(atom =>
                atom switch
                {
                    SymbolAtom symbol => lengths.TryGetValue(symbol.Name, out long length) ? Of(length) : null,
                    ElementAtom element => lengths.TryGetValue(element.ToString(), out long number) ? Of(number) : null,
                    ScaledAtom scaled => factors is not null
                    && factors.TryGetValue(scaled.Factor, out float factor)
                    && scaled.Length.TryGetConstant(out long length)
                        ? Of(ScaledAtom.Scale(length, factor))
                        : null,
                    _ => null,
                }
            )
            .TryGetConstant(out value);
    }

    /// <summary>Whether both have the same normal form. Unequal forms may still agree for some or even all lengths.</summary>
    public bool Equals(Dim? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Polynomial.Compare(this, other) == 0);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Dim);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The expression in letters, for example <c>(S + 767)/768*768</c>; <c>/</c> rounds down, <c>?</c> is an unknown.</summary>
    public override string ToString() => DimPrinter.Print(this);

    internal Dim SubstituteAtoms(Func<Atom, Dim?> replacement) => Polynomial.Rebuild(this, atom => atom.Substitute(replacement));

    internal static Dim FromAtom(Atom atom) => new([new Term(1, Monomial.Of(atom))]);
}
