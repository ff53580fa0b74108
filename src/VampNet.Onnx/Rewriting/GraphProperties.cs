namespace VampNet.Onnx.Rewriting;

/// <summary>Properties of a model that passes require and ensure.</summary>
[Flags]
public enum GraphProperties
{
    /// <summary>Nothing beyond what was read.</summary>
    None = 0,

    /// <summary>The verifier finds no error.</summary>
    Valid = 1,

    /// <summary>Element types agree with their operators.</summary>
    Typed = 2,

    /// <summary>What can be computed without a run is an initializer; no Constant node is left.</summary>
    Folded = 4,

    /// <summary>Every node contributes to an output, and no two do the same.</summary>
    Clean = 8,
}
