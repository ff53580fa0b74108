namespace VampNet.Onnx.Quantization;

/// <summary>A node that a whole-graph scheme left in float32.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Reason">Why.</param>
public sealed record KeptNode(string Node, string OpType, string Reason);
