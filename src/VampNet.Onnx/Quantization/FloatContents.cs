using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization;

/// <summary>The elements of a floating-point tensor as float32 while they are needed: a view where they lie so in memory, a rented copy
/// otherwise. float64 is rounded.</summary>
internal readonly ref struct FloatContents : IDisposable
{
    private readonly byte[]? _rented;

    public FloatContents(TensorData data)
    {
        if (data.ElementType != ElementType.Float || !data.TryGetSpan(out ReadOnlySpan<byte> bytes))
        {
            int length = checked((int)data.ElementCount * sizeof(float));
            _rented = ArrayPool<byte>.Shared.Rent(length);
            Span<byte> copy = _rented.AsSpan(0, length);
            Read(data, copy);
            bytes = copy;
        }

        Values = MemoryMarshal.Cast<byte, float>(bytes);
    }

    public ReadOnlySpan<float> Values { get; }

    /// <summary>A tensor in float32; float16 and float64 are converted while they are read.</summary>
    public static TensorData Single(TensorData data) =>
        data.ElementType == ElementType.Float ? data : TensorData.Lazy(ElementType.Float, data.Shape.AsSpan(), bytes => Read(data, bytes));

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    private static void Read(TensorData data, Span<byte> destination)
    {
        if (data.ElementType == ElementType.Float)
        {
            data.CopyTo(destination);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(checked((int)data.ByteLength));
        Span<byte> bytes = rented.AsSpan(0, (int)data.ByteLength);
        data.CopyTo(bytes);
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        switch (data.ElementType)
        {
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case ElementType.Double:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            default:
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < halves.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                }

                break;
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}
