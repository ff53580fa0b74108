namespace VampNet.Onnx.Rewriting;

/// <summary>Properties of a model that passes require and ensure.</summary>
[Flags]
public enum GraphProperties
{
    /// <summary>No properties.</summary>
    None = 0,

    /// <summary>The verifier finds no error.</summary>
    Valid = 1,

    /// <summary>Element types agree with their operators.</summary>
    Typed = 2,

    /// <summary>All constant expressions are initializers; no Constant node is left.</summary>
    Folded = 4,

    /// <summary>Every node contributes to an output, and no two compute the same.</summary>
    Clean = 8,
}
