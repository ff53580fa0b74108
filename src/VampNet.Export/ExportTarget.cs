namespace VampNet.Export;

/// <summary>The operators that an exported graph may use.</summary>
public enum ExportTarget
{
    /// <summary>Operators of the ONNX standard only (domain <c>""</c>): runs in every conforming runtime.</summary>
    Portable,

    /// <summary>ONNX Runtime's fused operators (domain <c>com.microsoft</c>) where they are faster: runs in ONNX Runtime alone.</summary>
    OnnxRuntime,
}
