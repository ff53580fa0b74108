namespace VampNet.Onnx.Dimensions;

/// <summary>
/// A length times an element of a float input of the model, rounded down: <c>scale(H, scales[2])</c>, as Resize computes it. The product is
/// computed in binary32, as in runtimes, so it is known only once both factors are numbers.
/// </summary>
internal sealed class ScaledAtom(Dim length, string factor) : Atom
{
    public Dim Length { get; } = length;

    /// <summary>The element, as <see cref="ElementAtom.Spell"/> writes it.</summary>
    public string Factor { get; } = factor;

    public override int Size => 1 + Length.Size;

    public override bool HasUnknown => Length.HasUnknown;

    public override bool HasElement => true;

    public override IEnumerable<string> Letters => Length.Letters;

    protected override int Kind => 6;

    /// <summary>A length scaled by a number.</summary>
    public static long Scale(long length, float factor) => (long)MathF.Floor(length * factor);

    public override Dim Substitute(Func<Atom, Dim?> replacement)
    {
        var scaled = new ScaledAtom(Length.SubstituteAtoms(replacement), Factor);
        return replacement(scaled) ?? Dim.FromAtom(scaled);
    }

    public override int GetHashCode() => HashCode.Combine(Kind, Length, Factor);

    protected override int CompareSameKind(Atom other)
    {
        var scaled = (ScaledAtom)other;
        int order = Polynomial.Compare(Length, scaled.Length);
        return order != 0 ? order : string.CompareOrdinal(Factor, scaled.Factor);
    }
}
