using System.Runtime.InteropServices;

namespace VampNet.Onnx.Rewriting.Folding;

/// <summary>
/// A constant while it is computed with. Reals are held as binary64 and rounded once at the end, which for one addition,
/// subtraction, multiplication, division or square root of binary32 gives the correctly rounded result. Integers and bools
/// are held as 64 bits and wrap at the end.
/// </summary>
internal sealed class ConstantTensor
{
    private ConstantTensor(ElementType type, long[] shape, double[]? reals, long[]? integers)
    {
        Type = type;
        Shape = shape;
        Reals = reals!;
        Integers = integers!;
    }

    public ElementType Type { get; }

    public long[] Shape { get; }

    /// <summary>The elements of a real tensor; null otherwise.</summary>
    public double[] Reals { get; }

    /// <summary>The elements of an integer or bool tensor; null otherwise.</summary>
    public long[] Integers { get; }

    public bool IsReal => Reals is not null;

    public int Rank => Shape.Length;

    public int Count => IsReal ? Reals.Length : Integers.Length;

    /// <summary>Whether tensors of the type can be computed with.</summary>
    public static bool Supports(ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16 or ElementType.Bool
        || (type.IsInteger && type != ElementType.UInt64 && type.BitWidth >= 8);

    public static ConstantTensor Of(ElementType type, long[] shape, double[] reals) => new(type, shape, reals, null);

    public static ConstantTensor Of(ElementType type, long[] shape, long[] integers) => new(type, shape, null, integers);

    public static ConstantTensor Of(TensorData data) =>
        data.ElementType.IsFloatingPoint
            ? Of(data.ElementType, [.. data.Shape], data.ToDoubles())
            : Of(data.ElementType, [.. data.Shape], data.ToInt64s());

    /// <summary>The same elements under another shape.</summary>
    public ConstantTensor WithShape(long[] shape) => new(Type, shape, Reals, Integers);

    /// <summary>The tensor of the given shape whose elements are this one's at the given positions.</summary>
    public ConstantTensor Pick(long[] shape, int[] positions) =>
        IsReal
            ? Of(Type, shape, Array.ConvertAll(positions, position => Reals[position]))
            : Of(Type, shape, Array.ConvertAll(positions, position => Integers[position]));

    /// <summary>The elements in another type, as Cast does it: reals truncate toward zero, anything but zero is true.</summary>
    public ConstantTensor Cast(ElementType type)
    {
        if (type == ElementType.Bool)
        {
            return Of(
                type,
                Shape,
                IsReal ? Array.ConvertAll(Reals, value => value != 0 ? 1L : 0L) : Array.ConvertAll(Integers, value => value != 0 ? 1L : 0L)
            );
        }

        if (type.IsFloatingPoint)
        {
            return Of(
                type,
                Shape,
                IsReal ? Array.ConvertAll(Reals, value => Round(value, type)) : Array.ConvertAll(Integers, value => Round(value, type))
            );
        }

        return Of(
            type,
            Shape,
            Array.ConvertAll(IsReal ? Array.ConvertAll(Reals, value => (long)value) : Integers, value => Wrap(value, type))
        );
    }

    /// <summary>The finished constant.</summary>
    public TensorData ToData()
    {
        byte[] contents = new byte[Type.ByteLength(Count)];
        Span<byte> bytes = contents;
        for (int i = 0; i < Count; i++)
        {
            switch (Type)
            {
                case ElementType.Float:
                    MemoryMarshal.Cast<byte, float>(bytes)[i] = (float)Reals[i];
                    break;
                case ElementType.Double:
                    MemoryMarshal.Cast<byte, double>(bytes)[i] = Reals[i];
                    break;
                case ElementType.Float16:
                    MemoryMarshal.Cast<byte, Half>(bytes)[i] = (Half)Reals[i];
                    break;
                case ElementType.BFloat16:
                    MemoryMarshal.Cast<byte, ushort>(bytes)[i] = ToBFloat16((float)Reals[i]);
                    break;
                case ElementType.Int64:
                    MemoryMarshal.Cast<byte, long>(bytes)[i] = Integers[i];
                    break;
                case ElementType.Int32 or ElementType.UInt32:
                    MemoryMarshal.Cast<byte, int>(bytes)[i] = unchecked((int)Integers[i]);
                    break;
                case ElementType.Int16 or ElementType.UInt16:
                    MemoryMarshal.Cast<byte, short>(bytes)[i] = unchecked((short)Integers[i]);
                    break;
                default:
                    bytes[i] = unchecked((byte)Integers[i]);
                    break;
            }
        }

        return TensorData.FromBytes(Type, contents, Shape);
    }

    private static double Round(double value, ElementType type) =>
        type switch
        {
            ElementType.Float => (float)value,
            ElementType.Float16 => (double)(Half)value,
            ElementType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)ToBFloat16((float)value) << 16),
            _ => value,
        };

    private static long Wrap(long value, ElementType type) =>
        type switch
        {
            ElementType.Int32 => unchecked((int)value),
            ElementType.UInt32 => unchecked((uint)value),
            ElementType.Int16 => unchecked((short)value),
            ElementType.UInt16 => unchecked((ushort)value),
            ElementType.Int8 => unchecked((sbyte)value),
            ElementType.UInt8 => unchecked((byte)value),
            _ => value,
        };

    /// <summary>Rounds to nearest, ties to even; NaN stays one.</summary>
    private static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
