using System.Buffers;
using System.Runtime.InteropServices;

namespace VampNet.Onnx.Quantization;

/// <summary>The float32 elements of a tensor while they are needed: a view where they lie in memory, a rented copy otherwise.</summary>
internal readonly ref struct FloatContents : IDisposable
{
    private readonly byte[]? _rented;

    public FloatContents(TensorData data)
    {
        if (!data.TryGetSpan(out ReadOnlySpan<byte> bytes))
        {
            int length = checked((int)data.ByteLength);
            _rented = ArrayPool<byte>.Shared.Rent(length);
            data.CopyTo(_rented.AsSpan(0, length));
            bytes = _rented.AsSpan(0, length);
        }

        Values = MemoryMarshal.Cast<byte, float>(bytes);
    }

    public ReadOnlySpan<float> Values { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
