using VampNet.Onnx;

namespace VampNet.Inference.Inspection;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type and shape as text, such as <c>float32[B,T,P,V]</c>; <c>?</c> when the file does not say.</param>
public sealed record ValueInspection(string Name, string Type)
{
    internal static ValueInspection Of(Value value) => new(value.Name, value.Type?.ToString() ?? "?");
}
