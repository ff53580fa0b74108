using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>Short names for the operators that a step graph is made of.</summary>
internal static class Scalars
{
    /// <summary>A shared float64 scalar.</summary>
    public static Value Double(this Module module, double value) =>
        module.Graph.Constant(FormattableString.Invariant($"const.f64.{value:R}"), TensorData.Scalar(value));

    /// <summary>A shared int64 scalar.</summary>
    public static Value Integer(this Module module, long value) => module.Graph.Constant(value);

    /// <summary>Converts elements to another type.</summary>
    public static Value Cast(this Module module, string role, Value value, ElementType type) =>
        module.Op("Cast", role, [value], ("to", (long)type));

    /// <summary>The length of one axis, int64 [1].</summary>
    public static Value Length(this Module module, string role, Value value, int axis) =>
        module.Op("Shape", role, [value], ("start", axis), ("end", axis + 1));

    /// <summary>Joins vectors into one, for Reshape.</summary>
    public static Value Join(this Module module, string role, params ReadOnlySpan<Value?> parts) =>
        module.Op("Concat", role, parts, ("axis", 0));
}
