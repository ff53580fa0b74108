namespace VampNet.Onnx.Rewriting;

/// <summary>The operators that a rewritten model may use.</summary>
public enum RewriteTarget
{
    /// <summary>Standard operators of the model's own opset.</summary>
    Portable,

    /// <summary>The fused operators of ONNX Runtime too.</summary>
    OnnxRuntime,
}
