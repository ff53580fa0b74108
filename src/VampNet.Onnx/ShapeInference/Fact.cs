namespace VampNet.Onnx.ShapeInference;

/// <summary>The inferred knowledge of a value.</summary>
/// <param name="Type">Its type, or null.</param>
/// <param name="Elements">Its elements, where it is a small integer tensor and they are known.</param>
/// <param name="Constant">Its contents, where it is a constant.</param>
/// <param name="IsEmptySequence">Whether it is a sequence without items, so that the first item determines the type of all.</param>
/// <param name="FloatInput">The name of the float input of the model, if the value is one and a scalar or short vector.</param>
internal sealed record Fact(
    ValueType? Type,
    SymbolicTensor? Elements = null,
    TensorData? Constant = null,
    bool IsEmptySequence = false,
    string? FloatInput = null
)
{
    public static readonly Fact Nothing = new(Type: null);

    /// <summary>The same without expressions in elements of the model's inputs.</summary>
    public Fact WithoutInputElements() =>
        this with
        {
            Type = Type is TensorType { Shape: { } shape } tensor
                ? tensor with
                {
                    Shape = new TensorShape(shape.Select(static length => length.HasElement ? Dim.Unknown() : length)),
                }
                : Type,
            Elements = Elements?.Map(static element => element.HasElement ? null : element),
        };

    public static Fact OfConstant(TensorData data) =>
        new(new TensorType(data.ElementType, TensorShape.Of(data.Shape.AsSpan())), SymbolicTensor.FromConstant(data), data);
}
