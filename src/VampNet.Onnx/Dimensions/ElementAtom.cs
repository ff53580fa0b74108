using System.Collections.Immutable;
using System.Globalization;

namespace VampNet.Onnx.Dimensions;

/// <summary>
/// An element of an integer input of the model, as <c>shape[0]</c>; the only element of a scalar is <c>k[]</c>. Unlike a letter it may be
/// negative.
/// The bounds are those of its type. Elements are equal if input and index are.
/// </summary>
internal sealed class ElementAtom(string input, ImmutableArray<int> index, long? lower, long? upper) : Atom
{
    public string Input { get; } = input;

    public ImmutableArray<int> Index { get; } = index;

    public long? Lower { get; } = lower;

    public long? Upper { get; } = upper;

    public override int Size => 1;

    public override bool HasUnknown => false;

    public override bool HasElement => true;

    public override IEnumerable<string> Letters => [];

    protected override int Kind => 3;

    /// <summary>Prints the input's name and the index.</summary>
    public static string Spell(string input, IEnumerable<int> index) =>
        $"{DimPrinter.Name(input)}[{string.Join(',', index.Select(static at => at.ToString(CultureInfo.InvariantCulture)))}]";

    public override string ToString() => Spell(Input, Index);

    public override Dim Substitute(Func<Atom, Dim?> replacement) => replacement(this) ?? Dim.FromAtom(this);

    public override int GetHashCode() => Index.Aggregate(HashCode.Combine(Kind, Input), HashCode.Combine);

    protected override int CompareSameKind(Atom other)
    {
        var element = (ElementAtom)other;
        int order = string.CompareOrdinal(Input, element.Input);
        return order != 0 ? order : Index.AsSpan().SequenceCompareTo(element.Index.AsSpan());
    }
}
