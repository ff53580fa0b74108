namespace VampNet.Onnx.ShapeInference;

/// <summary>Merges two types of one value.</summary>
internal static class TypeMerger
{
    /// <summary>The more specific length: a number, an expression in letters, one in elements of inputs, one with unknowns; the first of
    /// two alike.</summary>
    public static Dim BetterKnown(Dim first, Dim second) => Vagueness(second) < Vagueness(first) ? second : first;

    /// <summary>
    /// Merges an inferred and a declared type: the inferred type with gaps filled from the declared one.
    /// </summary>
    /// <param name="inferred">The type that follows from the graph; it wins where the two contradict each other.</param>
    /// <param name="declared">The type in the file.</param>
    /// <param name="isContradicted">Whether they do.</param>
    public static ValueType? Merge(ValueType? inferred, ValueType? declared, out bool isContradicted)
    {
        isContradicted = false;
        switch (inferred, declared)
        {
            case (null, _):
                return declared;
            case (_, null):
                return inferred;
            case (TensorType a, TensorType b):
                ElementType element = MergeElements(a.ElementType, b.ElementType, out bool differs);
                TensorShape? shape = MergeShapes(a.Shape, b.Shape, out isContradicted);
                isContradicted |= differs;
                return new TensorType(element, shape);
            case (SparseTensorType a, SparseTensorType b):
                element = MergeElements(a.ElementType, b.ElementType, out differs);
                shape = MergeShapes(a.Shape, b.Shape, out isContradicted);
                isContradicted |= differs;
                return new SparseTensorType(element, shape);
            case (SequenceType a, SequenceType b):
                return new SequenceType(Merge(a.Item, b.Item, out isContradicted));
            case (OptionalType a, OptionalType b):
                return new OptionalType(Merge(a.Item, b.Item, out isContradicted));
            default:
                isContradicted = inferred != declared;
                return inferred;
        }
    }

    /// <summary>The type of a value that has one of two types, as after If: the parts that both share.</summary>
    public static ValueType? Union(ValueType? one, ValueType? other) =>
        (one, other) switch
        {
            (TensorType a, TensorType b) when a.ElementType == b.ElementType => new TensorType(a.ElementType, Union(a.Shape, b.Shape)),
            (SequenceType a, SequenceType b) => new SequenceType(Union(a.Item, b.Item)),
            (OptionalType a, OptionalType b) => new OptionalType(Union(a.Item, b.Item)),
            (OptionalType a, not null) => new OptionalType(Union(a.Item, other)),
            _ => one == other ? one : null,
        };

    /// <summary>The lengths that two shapes share, new unknowns where they differ; null where their ranks do.</summary>
    public static TensorShape? Union(TensorShape? one, TensorShape? other) =>
        one is not null && one.Rank == other?.Rank ? new TensorShape(one.Zip(other, static (a, b) => a == b ? a : Dim.Unknown())) : null;

    private static ElementType MergeElements(ElementType inferred, ElementType declared, out bool differs)
    {
        differs = inferred != declared && inferred != ElementType.Undefined && declared != ElementType.Undefined;
        return inferred == ElementType.Undefined ? declared : inferred;
    }

    private static TensorShape? MergeShapes(TensorShape? inferred, TensorShape? declared, out bool differs)
    {
        differs = false;
        if (inferred is null || declared is null)
        {
            return inferred ?? declared;
        }

        differs = inferred.Rank != declared.Rank || inferred.Zip(declared).Any(static pair => AreApart(pair.First, pair.Second));
        return inferred.Rank == declared.Rank ? new TensorShape(inferred.Zip(declared, Fill)) : inferred;
    }

    private static Dim Fill(Dim inferred, Dim declared) =>
        AreApart(inferred, declared)
            ? inferred
            : BetterKnown(inferred, declared) switch
            {
                // Exporters often declare a fixed number for a length that depends on the inputs; it is not trusted.
                var better when better == declared && !inferred.HasUnknown && !inferred.HasElement => inferred,
                var better => better,
            };

    private static bool AreApart(Dim one, Dim other) => one.IsConstant && other.IsConstant && one != other;

    private static int Vagueness(Dim dim) =>
        dim.IsConstant ? 0
        : dim.HasUnknown ? 3
        : dim.HasElement ? 2
        : 1;
}
