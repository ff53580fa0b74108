namespace VampNet.Onnx;

/// <summary>The IR version of each version of ai.onnx.</summary>
/// <remarks>Source: the released versions table of docs/Versioning.md in onnx/onnx.</remarks>
internal static class OpsetVersions
{
    /// <summary>The newest IR version that this library knows.</summary>
    public const int NewestIrVersion = 13;

    /// <summary>The IR version that ONNX released together with an opset; at least 4, where initializers need not be inputs.</summary>
    public static int IrVersionFor(int opset) =>
        opset switch
        {
            <= 9 => 4,
            10 => 5,
            11 => 6,
            <= 14 => 7,
            <= 18 => 8,
            <= 20 => 9,
            <= 22 => 10,
            23 => 11,
            24 => 12,
            _ => 13,
        };

    /// <summary>The newest opset that was released with an IR version: the likely opset of a model that states none.</summary>
    public static int OpsetFor(int irVersion) =>
        irVersion switch
        {
            <= 3 => 8,
            4 => 9,
            5 => 10,
            6 => 11,
            7 => 14,
            8 => 18,
            9 => 20,
            10 => 22,
            11 => 23,
            12 => 24,
            _ => 25,
        };
}
