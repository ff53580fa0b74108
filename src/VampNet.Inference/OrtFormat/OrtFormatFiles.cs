namespace VampNet.Inference.OrtFormat;

/// <summary>A graph in ONNX Runtime's own format.</summary>
/// <param name="Graph">The .ort file: graph and weights.</param>
/// <param name="Operators">The list of operators that it needs, for a build of ONNX Runtime with these alone.</param>
/// <param name="Trials">The inputs on which it was compared with the ONNX graph, bit for bit.</param>
public sealed record OrtFormatFiles(string Graph, string Operators, IReadOnlyList<string> Trials);
