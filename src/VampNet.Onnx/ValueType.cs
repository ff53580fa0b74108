namespace VampNet.Onnx;

/// <summary>The type of a value: a tensor, or one of ONNX's containers.</summary>
public abstract record ValueType;

/// <summary>A dense tensor.</summary>
/// <param name="ElementType">The element type; <see cref="Onnx.ElementType.Undefined"/> when not known.</param>
/// <param name="Shape">The dimensions; null when not even the rank is known.</param>
public sealed record TensorType(ElementType ElementType, TensorShape? Shape) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => Shape is null ? $"{ElementType.OnnxName}[?]" : $"{ElementType.OnnxName}{Shape}";
}

/// <summary>A sparse tensor.</summary>
/// <param name="ElementType">The element type.</param>
/// <param name="Shape">The dimensions of the dense equivalent; null when not even the rank is known.</param>
public sealed record SparseTensorType(ElementType ElementType, TensorShape? Shape) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => $"sparse({new TensorType(ElementType, Shape)})";
}

/// <summary>A list whose items all have one type.</summary>
/// <param name="Item">The type of each item; null when not known.</param>
public sealed record SequenceType(ValueType? Item) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => $"seq({Item?.ToString() ?? "?"})";
}

/// <summary>A value that may be absent.</summary>
/// <param name="Item">The type when present; null when not known.</param>
public sealed record OptionalType(ValueType? Item) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => $"optional({Item?.ToString() ?? "?"})";
}

/// <summary>A dictionary.</summary>
/// <param name="Key">The type of the keys: an integer type or string.</param>
/// <param name="Item">The type of the values; null when not known.</param>
public sealed record MapType(ElementType Key, ValueType? Item) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => $"map({Key.OnnxName}, {Item?.ToString() ?? "?"})";
}

/// <summary>An opaque type, defined by its domain.</summary>
/// <param name="Domain">The domain; empty for the model's.</param>
/// <param name="Name">The type's name in it.</param>
public sealed record OpaqueType(string Domain, string Name) : ValueType
{
    /// <inheritdoc/>
    public override string ToString() => $"opaque({Domain}, {Name})";
}
