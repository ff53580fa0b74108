namespace VampNet.Onnx;

/// <summary>Which version of the intermediate representation goes with which version of ai.onnx.</summary>
/// <remarks>Source: the released versions table of docs/Versioning.md in onnx/onnx.</remarks>
public static class OpsetVersions
{
    /// <summary>The newest IR version that this library knows.</summary>
    public const int NewestIrVersion = 13;

    /// <summary>The IR version that ONNX released together with an opset; at least 4, where initializers need not be inputs.</summary>
    public static int IrVersionFor(int opset) => opset switch
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
}
