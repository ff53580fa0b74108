namespace VampNet.Onnx.Quantization;

/// <summary>One node that computes in float32 among others that do not.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Reason">Why.</param>
public sealed record KeptNode(string Node, string OpType, string Reason);
