namespace VampNet.Onnx.Dimensions;

/// <summary>A choice between two expressions by a comparison that is decided only at run time; see <see cref="DimChoice"/>.</summary>
/// <param name="difference">The expression that is compared with 0.</param>
/// <param name="isEquality">True to choose the first where the difference is 0; false to choose it where the difference is
/// negative.</param>
/// <param name="then">The expression where the comparison holds.</param>
/// <param name="otherwise">The other one.</param>
internal sealed class ChoiceAtom(Dim difference, bool isEquality, Dim then, Dim otherwise) : Atom
{
    public Dim Difference { get; } = difference;

    public bool IsEquality { get; } = isEquality;

    public Dim Then { get; } = then;

    public Dim Otherwise { get; } = otherwise;

    public override int Size => 1 + Difference.Size + Then.Size + Otherwise.Size;

    public override bool HasUnknown => Parts.Any(static part => part.HasUnknown);

    public override bool HasElement => Parts.Any(static part => part.HasElement);

    public override IEnumerable<string> Letters => Parts.SelectMany(static part => part.Letters);

    protected override int Kind => 5;

    private Dim[] Parts => [Difference, Then, Otherwise];

    public override Dim Substitute(Func<Atom, Dim?> replacement)
    {
        // The branch that is not taken may be invalid, such as a division by 0, so only the branch that is taken is replaced.
        Dim condition = Difference.SubstituteAtoms(replacement);
        return condition.TryGetConstant(out long number)
            ? ((IsEquality ? number == 0 : number < 0) ? Then : Otherwise).SubstituteAtoms(replacement)
            : DimChoice.Of(condition, IsEquality, Then.SubstituteAtoms(replacement), Otherwise.SubstituteAtoms(replacement));
    }

    public override int GetHashCode() => HashCode.Combine(IsEquality, Difference, Then, Otherwise);

    protected override int CompareSameKind(Atom other)
    {
        var choice = (ChoiceAtom)other;
        int order = IsEquality.CompareTo(choice.IsEquality);
        for (int i = 0; order == 0 && i < Parts.Length; i++)
        {
            order = Polynomial.Compare(Parts[i], choice.Parts[i]);
        }

        return order;
    }
}
