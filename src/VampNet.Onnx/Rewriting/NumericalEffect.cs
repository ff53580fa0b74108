namespace VampNet.Onnx.Rewriting;

/// <summary>The numerical effect of a change, mildest first. The worst effect in a pipeline determines the budget of its
/// comparison.</summary>
public enum NumericalEffect
{
    /// <summary>The same bits.</summary>
    Exact,

    /// <summary>The same sums in another order, or with fewer intermediate roundings: a few units in the last place.</summary>
    Reordered,

    /// <summary>Another formula for the same function: its rounding differs, its accuracy does not.</summary>
    Rounded,

    /// <summary>Information is lost, as in quantization.</summary>
    Lossy,
}
