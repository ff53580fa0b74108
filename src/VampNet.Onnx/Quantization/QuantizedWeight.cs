namespace VampNet.Onnx.Quantization;

/// <summary>One weight that a quantizer replaced.</summary>
/// <param name="Node">The name of the node that reads it.</param>
/// <param name="Output">The name of what that node produces: it identifies the node where names are missing or repeat.</param>
/// <param name="Weight">The name of the initializer.</param>
/// <param name="OpType">The node's operator.</param>
/// <param name="Format">The new format, for example <c>int8 per channel</c>.</param>
/// <param name="BytesBefore">The weight's length in bytes.</param>
/// <param name="BytesAfter">The length of its replacement, scales included.</param>
/// <param name="SignalToNoise">Weight power over the power of the rounding error, in decibels; infinite when nothing was lost.</param>
public sealed record QuantizedWeight(
    string Node,
    string Output,
    string Weight,
    string OpType,
    string Format,
    long BytesBefore,
    long BytesAfter,
    double SignalToNoise
);
