namespace VampNet.Onnx.TypeFixing;

/// <summary>One repair.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Where">The node or value.</param>
/// <param name="Old">The state before the repair, as text.</param>
/// <param name="New">The state after it, as text.</param>
public sealed record TypeRepair(TypeRepairKind Kind, string Where, string Old, string New)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} at {Where}: {Old} -> {New}";
}

/// <summary>The kind of a repair.</summary>
public enum TypeRepairKind
{
    /// <summary>A name that two values or two nodes had.</summary>
    Name,

    /// <summary>An operator set that was used and not imported.</summary>
    OpsetImport,

    /// <summary>An initializer that was an input too, and so could not be relied upon.</summary>
    InitializerInput,

    /// <summary>A constant of another type than its reader takes, converted without loss.</summary>
    Constant,

    /// <summary>An operand of another type than its reader takes, converted by a Cast.</summary>
    Cast,

    /// <summary>A declared type that was missing or that the graph contradicts.</summary>
    Declaration,
}
