using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx;
using ElementType = VampNet.Onnx.ElementType;

namespace VampNet.Inference.Inputs;

/// <summary>Arrays of every element type that ONNX Runtime takes as an input, made from numbers and converted into one another.</summary>
internal static class ElementArrays
{
    /// <summary>Whether arrays of a type can be made.</summary>
    public static bool IsSupported(ElementType type) => ArrayType(type) is not null;

    /// <summary>The type of an array's elements.</summary>
    public static ElementType TypeOf(Array values) =>
        values switch
        {
            float[] => ElementType.Float,
            double[] => ElementType.Double,
            Half[] => ElementType.Float16,
            BFloat16[] => ElementType.BFloat16,
            // The runtime lets an array of int be taken for one of uint; the exact type is asked for.
            _ when values.GetType() == typeof(long[]) => ElementType.Int64,
            _ when values.GetType() == typeof(ulong[]) => ElementType.UInt64,
            _ when values.GetType() == typeof(int[]) => ElementType.Int32,
            _ when values.GetType() == typeof(uint[]) => ElementType.UInt32,
            _ when values.GetType() == typeof(short[]) => ElementType.Int16,
            _ when values.GetType() == typeof(ushort[]) => ElementType.UInt16,
            _ when values.GetType() == typeof(sbyte[]) => ElementType.Int8,
            _ when values.GetType() == typeof(byte[]) => ElementType.UInt8,
            bool[] => ElementType.Bool,
            _ => ElementType.Undefined,
        };

    /// <summary>Whether a type holds both ends of a range.</summary>
    public static bool Holds(ElementType type, InputRange range) => Holds(type, range.Low) && Holds(type, range.High);

    /// <summary>The smallest and the largest whole number of an integer type.</summary>
    public static InputRange Extremes(ElementType type) =>
        type switch
        {
            ElementType.UInt8 => new(byte.MinValue, byte.MaxValue),
            ElementType.Int8 => new(sbyte.MinValue, sbyte.MaxValue),
            ElementType.UInt16 => new(ushort.MinValue, ushort.MaxValue),
            ElementType.Int16 => new(short.MinValue, short.MaxValue),
            ElementType.UInt32 => new(uint.MinValue, uint.MaxValue),
            ElementType.Int32 => new(int.MinValue, int.MaxValue),
            ElementType.UInt64 => new(0, ulong.MaxValue),
            ElementType.Bool => new(0, 1),
            _ => new(long.MinValue, long.MaxValue),
        };

    /// <summary>An array of numbers, each converted to the type.</summary>
    public static Array Create(ElementType type, ReadOnlySpan<double> numbers)
    {
        double[] values = numbers.ToArray();
        return type switch
        {
            ElementType.Double => values,
            ElementType.Float => Array.ConvertAll(values, value => (float)value),
            ElementType.Float16 => Array.ConvertAll(values, value => (Half)value),
            ElementType.BFloat16 => Array.ConvertAll(values, value => ToBFloat16((float)value)),
            ElementType.Bool => Array.ConvertAll(values, value => value != 0),
            ElementType.Int64 => Array.ConvertAll(values, value => (long)value),
            ElementType.UInt64 => Array.ConvertAll(values, value => (ulong)value),
            ElementType.Int32 => Array.ConvertAll(values, value => (int)value),
            ElementType.UInt32 => Array.ConvertAll(values, value => (uint)value),
            ElementType.Int16 => Array.ConvertAll(values, value => (short)value),
            ElementType.UInt16 => Array.ConvertAll(values, value => (ushort)value),
            ElementType.Int8 => Array.ConvertAll(values, value => (sbyte)value),
            ElementType.UInt8 => Array.ConvertAll(values, value => (byte)value),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected a type of numbers or booleans."),
        };
    }

    /// <summary>An array from bytes in little-endian order; null for a type of which no arrays are made.</summary>
    public static Array? FromBytes(ElementType type, ReadOnlySpan<byte> bytes) =>
        type switch
        {
            ElementType.Double => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ElementType.Float => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            ElementType.Float16 => MemoryMarshal.Cast<byte, Half>(bytes).ToArray(),
            ElementType.BFloat16 => MemoryMarshal.Cast<byte, BFloat16>(bytes).ToArray(),
            ElementType.Bool => Array.ConvertAll(bytes.ToArray(), value => value != 0),
            ElementType.Int64 => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
            ElementType.UInt64 => MemoryMarshal.Cast<byte, ulong>(bytes).ToArray(),
            ElementType.Int32 => MemoryMarshal.Cast<byte, int>(bytes).ToArray(),
            ElementType.UInt32 => MemoryMarshal.Cast<byte, uint>(bytes).ToArray(),
            ElementType.Int16 => MemoryMarshal.Cast<byte, short>(bytes).ToArray(),
            ElementType.UInt16 => MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(),
            ElementType.Int8 => MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(),
            ElementType.UInt8 => bytes.ToArray(),
            _ => null,
        };

    /// <summary>The elements' bytes, in the machine's order.</summary>
    public static ReadOnlySpan<byte> ToBytes(Array values) =>
        values switch
        {
            Half[] halves => MemoryMarshal.AsBytes(halves.AsSpan()),
            BFloat16[] halves => MemoryMarshal.AsBytes(halves.AsSpan()),
            _ => Copy(values),
        };

    /// <summary>The elements of an array as numbers; 64-bit integers beyond 2^53 are rounded.</summary>
    public static double[] ToDoubles(Array values) =>
        TypeOf(values) switch
        {
            ElementType.Double => (double[])values,
            ElementType.Float => Array.ConvertAll((float[])values, value => (double)value),
            ElementType.Float16 => Array.ConvertAll((Half[])values, value => (double)value),
            ElementType.BFloat16 => Array.ConvertAll((BFloat16[])values, value => (double)ToSingle(value)),
            ElementType.Bool => Array.ConvertAll((bool[])values, value => value ? 1.0 : 0),
            ElementType.Int64 => Array.ConvertAll((long[])values, value => (double)value),
            ElementType.UInt64 => Array.ConvertAll((ulong[])values, value => (double)value),
            ElementType.Int32 => Array.ConvertAll((int[])values, value => (double)value),
            ElementType.UInt32 => Array.ConvertAll((uint[])values, value => (double)value),
            ElementType.Int16 => Array.ConvertAll((short[])values, value => (double)value),
            ElementType.UInt16 => Array.ConvertAll((ushort[])values, value => (double)value),
            ElementType.Int8 => Array.ConvertAll((sbyte[])values, value => (double)value),
            _ => Array.ConvertAll((byte[])values, value => (double)value),
        };

    /// <summary>The elements of an array in another type; null if that type cannot hold an element, such as 0.5 in int64. Floats are
    /// rounded to the width of a narrower one.</summary>
    public static Array? Convert(Array values, ElementType type)
    {
        if (TypeOf(values) == type)
        {
            return values;
        }

        double[] numbers = ToDoubles(values);
        return type.IsFloatingPoint || numbers.All(number => Holds(type, number)) ? Create(type, numbers) : null;
    }

    /// <summary>The binary32 number that a bfloat16 is the upper half of.</summary>
    public static float ToSingle(BFloat16 value) => BitConverter.Int32BitsToSingle(value.value << 16);

    private static BFloat16 ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        // Round to nearest, ties to even.
        return new BFloat16((ushort)(float.IsNaN(value) ? 0x7FC0 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    private static bool Holds(ElementType type, double value) =>
        type.IsFloatingPoint
        || (
            value == Math.Floor(value)
            && value >= Extremes(type).Low
            && value <= Extremes(type).High
            && (value < long.MaxValue || type == ElementType.UInt64)
        );

    private static byte[] Copy(Array values)
    {
        byte[] bytes = new byte[Buffer.ByteLength(values)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static Type? ArrayType(ElementType type) => FromBytes(type, [])?.GetType();
}
