using System.Runtime.InteropServices;

namespace VampNet.Onnx.Tensors;

/// <summary>Widens the elements of a tensor to one .NET type.</summary>
internal static class TensorElements
{
    /// <summary>Bools and integers as Int64.</summary>
    public static long[] ReadInt64s(TensorData data) =>
        data.ElementType switch
        {
            ElementType.Int64 => data.ToArray<long>(),
            ElementType.Int32 => Array.ConvertAll(data.ToArray<int>(), value => (long)value),
            ElementType.Int16 => Array.ConvertAll(data.ToArray<short>(), value => (long)value),
            ElementType.Int8 => Array.ConvertAll(data.ToArray<sbyte>(), value => (long)value),
            ElementType.UInt32 => Array.ConvertAll(data.ToArray<uint>(), value => (long)value),
            ElementType.UInt16 => Array.ConvertAll(data.ToArray<ushort>(), value => (long)value),
            ElementType.UInt8 or ElementType.Bool => Array.ConvertAll(data.ToBytes(), value => (long)value),
            ElementType.UInt64 => Array.ConvertAll(
                data.ToArray<ulong>(),
                value => value <= long.MaxValue ? (long)value : throw Refuse(data, "int64")
            ),
            ElementType.UInt4 or ElementType.Int4 or ElementType.UInt2 or ElementType.Int2 => Unpack(data),
            _ => throw Refuse(data, "int64"),
        };

    /// <summary>Real numbers as Double, which holds every one of them but large 64-bit integers exactly.</summary>
    public static double[] ReadDoubles(TensorData data) =>
        data.ElementType switch
        {
            ElementType.Double => data.ToArray<double>(),
            ElementType.Float => Array.ConvertAll(data.ToArray<float>(), value => (double)value),
            ElementType.Float16 => Array.ConvertAll(data.ToArray<Half>(), value => (double)value),
            ElementType.BFloat16 => ReadBFloat16s(data),
            ElementType.UInt64 => Array.ConvertAll(data.ToArray<ulong>(), value => (double)value),
            _ when data.ElementType.IsInteger || data.ElementType == ElementType.Bool => Array.ConvertAll(
                ReadInt64s(data),
                value => (double)value
            ),
            _ => throw Refuse(data, "double"),
        };

    /// <summary>The error for elements that are not of the requested type.</summary>
    public static OnnxException Refuse(TensorData data, string wanted) =>
        new(
            DiagnosticIds.TensorConversion,
            found: $"a tensor {data}",
            expected: $"one whose elements are {wanted} or convert to it without loss of meaning"
        );

    private static double[] ReadBFloat16s(TensorData data)
    {
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(data.ToBytes());
        double[] values = new double[halves.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
        }

        return values;
    }

    private static long[] Unpack(TensorData data)
    {
        byte[] bytes = data.ToBytes();
        int width = data.ElementType.BitWidth;
        int perByte = 8 / width;
        long[] values = new long[data.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            int bits = (bytes[i / perByte] >> (i % perByte * width)) & ((1 << width) - 1);
            bool negative = data.ElementType.IsSignedInteger && bits >> (width - 1) == 1;
            values[i] = negative ? bits - (1 << width) : bits;
        }

        return values;
    }
}
