using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference;

/// <summary>
/// The elements of the model's own inputs: a caller gives them, as it gives the axis lengths. Those of a short integer tensor are followed
/// by their places (<c>shape[0]</c>), so that a length computed from them is an expression like any other.
/// </summary>
internal static class InputElements
{
    /// <summary>Longest followed input. Longer ones are data, not parameters: lists of axes, pads and sizes have at most two numbers per
    /// axis.</summary>
    private const int MaxElements = 32;

    /// <summary>The facts of an input of the main graph.</summary>
    public static Fact Of(Value input)
    {
        if (input is not { Name.Length: > 0, TensorType: { Shape: { } shape } type } || !IsShort(shape))
        {
            return new Fact(input.Type);
        }

        if (type.ElementType == ElementType.Float && shape.Rank <= 1)
        {
            return new Fact(type, FloatInput: input.Name);
        }

        return type.ElementType.IsInteger || type.ElementType == ElementType.Bool
            ? new Fact(type, SymbolicTensor.Build(shape, index => Element(input.Name, index, type.ElementType)))
            : new Fact(type);
    }

    /// <summary>Whether a number that contains an element has the same value in another type, for all values of the element.</summary>
    public static bool Fits(Dim number, ElementType type) =>
        Bounds(type) is var (lower, upper)
        && (lower is null || number.LowerBound >= lower)
        && (upper is null || number.UpperBound <= upper);

    private static Dim Element(string input, int[] index, ElementType type) =>
        Bounds(type) is var (lower, upper) ? Dim.Element(input, index, lower, upper) : Dim.Element(input, index);

    private static bool IsShort(TensorShape shape) =>
        shape.TryGetConstants(out ImmutableArray<long> lengths)
        && lengths.All(static length => length is >= 0 and <= MaxElements)
        && lengths.Aggregate(1L, static (product, length) => Math.Min(product * length, MaxElements + 1)) <= MaxElements;

    /// <summary>The whole numbers that a type holds exactly; a bound is null where it is beyond what a run meets.</summary>
    private static (long? Lower, long? Upper)? Bounds(ElementType type) =>
        type switch
        {
            ElementType.Int64 => (null, null),
            ElementType.UInt64 => (0, null),
            ElementType.Bool => (0, 1),
            ElementType.Int32 => (int.MinValue, int.MaxValue),
            ElementType.UInt32 => (0, uint.MaxValue),
            ElementType.Int16 => (short.MinValue, short.MaxValue),
            ElementType.UInt16 => (0, ushort.MaxValue),
            ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt8 => (0, byte.MaxValue),
            ElementType.Float or ElementType.Double => (-SymbolicTensor.MaxWhole, SymbolicTensor.MaxWhole),
            _ => null,
        };
}
