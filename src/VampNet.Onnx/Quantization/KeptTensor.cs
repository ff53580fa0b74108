namespace VampNet.Onnx.Quantization;

/// <summary>A floating-point constant that a quantizer left unchanged.</summary>
/// <param name="Tensor">The name of the initializer.</param>
/// <param name="Node">The name of a node that reads it; empty when none does.</param>
/// <param name="OpType">That node's operator; empty when none reads it.</param>
/// <param name="Bytes">The tensor's length in bytes.</param>
/// <param name="Reason">Why it was left.</param>
public sealed record KeptTensor(string Tensor, string Node, string OpType, long Bytes, string Reason);
