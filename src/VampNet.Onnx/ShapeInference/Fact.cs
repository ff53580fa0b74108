namespace VampNet.Onnx.ShapeInference;

/// <summary>What is known of a value.</summary>
/// <param name="Type">Its type, or null.</param>
/// <param name="Elements">Its elements, where it is a small integer tensor and they are known.</param>
/// <param name="Constant">Its contents, where it is a constant.</param>
/// <param name="IsEmptySequence">Whether it is a sequence without items, so that the first item determines the type of all.</param>
internal sealed record Fact(ValueType? Type, SymbolicTensor? Elements = null, TensorData? Constant = null, bool IsEmptySequence = false)
{
    public static readonly Fact Nothing = new(Type: null);

    public static Fact OfConstant(TensorData data) => new(
        new TensorType(data.ElementType, TensorShape.Of(data.Shape.AsSpan())), SymbolicTensor.FromConstant(data), data);
}
