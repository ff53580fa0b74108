using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VampNet.Checkpoints.Storages;

/// <summary>Reads little-endian elements as float32 or int64.</summary>
internal static class ElementConversion
{
    public static void ToSingles(string name, TensorElementType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case TensorElementType.Float64:
                Convert(bytes, values, 8, static b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b));
                break;
            case TensorElementType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case TensorElementType.Float16:
                Convert(bytes, values, 2, static b => (float)BinaryPrimitives.ReadHalfLittleEndian(b));
                break;
            case TensorElementType.BFloat16:
                Convert(bytes, values, 2, static b => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(b) << 16));
                break;
            case TensorElementType.Float8E4M3FN:
                Convert(bytes, values, 1, static b => FromFloat8E4M3FN(b[0]));
                break;
            case TensorElementType.Float8E5M2:
                Convert(bytes, values, 1, static b => (float)BitConverter.Int16BitsToHalf((short)(b[0] << 8)));
                break;
            case TensorElementType.Int64:
                Convert(bytes, values, 8, static b => (float)BinaryPrimitives.ReadInt64LittleEndian(b));
                break;
            case TensorElementType.Int32:
                Convert(bytes, values, 4, static b => (float)BinaryPrimitives.ReadInt32LittleEndian(b));
                break;
            case TensorElementType.Int16:
                Convert(bytes, values, 2, static b => (float)BinaryPrimitives.ReadInt16LittleEndian(b));
                break;
            case TensorElementType.Int8:
                Convert(bytes, values, 1, static b => (float)(sbyte)b[0]);
                break;
            case TensorElementType.UInt64:
                Convert(bytes, values, 8, static b => (float)BinaryPrimitives.ReadUInt64LittleEndian(b));
                break;
            case TensorElementType.UInt32:
                Convert(bytes, values, 4, static b => (float)BinaryPrimitives.ReadUInt32LittleEndian(b));
                break;
            case TensorElementType.UInt16:
                Convert(bytes, values, 2, static b => (float)BinaryPrimitives.ReadUInt16LittleEndian(b));
                break;
            case TensorElementType.UInt8:
                Convert(bytes, values, 1, static b => (float)b[0]);
                break;
            case TensorElementType.Bool:
                Convert(bytes, values, 1, static b => b[0] == 0 ? 0f : 1f);
                break;
            default:
                throw NoConversion(name, type, "real numbers");
        }
    }

    public static void ToInt64s(string name, TensorElementType type, ReadOnlySpan<byte> bytes, Span<long> values)
    {
        switch (type)
        {
            case TensorElementType.Int64:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case TensorElementType.Int32:
                Convert(bytes, values, 4, static b => (long)BinaryPrimitives.ReadInt32LittleEndian(b));
                break;
            case TensorElementType.Int16:
                Convert(bytes, values, 2, static b => (long)BinaryPrimitives.ReadInt16LittleEndian(b));
                break;
            case TensorElementType.Int8:
                Convert(bytes, values, 1, static b => (long)(sbyte)b[0]);
                break;
            case TensorElementType.UInt32:
                Convert(bytes, values, 4, static b => (long)BinaryPrimitives.ReadUInt32LittleEndian(b));
                break;
            case TensorElementType.UInt16:
                Convert(bytes, values, 2, static b => (long)BinaryPrimitives.ReadUInt16LittleEndian(b));
                break;
            case TensorElementType.UInt8:
                Convert(bytes, values, 1, static b => (long)b[0]);
                break;
            case TensorElementType.Bool:
                Convert(bytes, values, 1, static b => b[0] == 0 ? 0L : 1L);
                break;
            default:
                throw NoConversion(name, type, "integers that fit int64");
        }
    }

    /// <summary>OCP FP8 E4M3: bias 7, no infinity, all ones is NaN.</summary>
    private static float FromFloat8E4M3FN(byte bits)
    {
        int exponent = (bits >> 3) & 15;
        int mantissa = bits & 7;
        float magnitude = (exponent, mantissa) switch
        {
            (15, 7) => float.NaN,
            (0, _) => mantissa / 512f,
            _ => MathF.ScaleB(1 + mantissa / 8f, exponent - 7),
        };
        return bits < 128 ? magnitude : -magnitude;
    }

    private delegate T Read<T>(ReadOnlySpan<byte> element);

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<T> values, int size, Read<T> read)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = read(bytes.Slice(i * size, size));
        }
    }

    private static CheckpointException NoConversion(string name, TensorElementType type, string expected) =>
        new(
            CheckpointErrorIds.ConversionUnsupported,
            $"tensor '{name}' of type {type.TorchName()}",
            expected,
            "Read its bytes instead, with ToBytes"
        );
}
