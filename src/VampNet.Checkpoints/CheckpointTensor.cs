using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints;

/// <summary>A typed, strided view on a storage of an open checkpoint. Immutable; valid until the checkpoint is disposed.</summary>
/// <remarks>
/// Reading throws <see cref="CheckpointException"/> (VNC0208) where the file records a CRC-32 that its bytes do not have,
/// and <see cref="ObjectDisposedException"/> after the checkpoint is closed. Reading from several threads is safe.
/// </remarks>
public sealed class CheckpointTensor
{
    private readonly Storage _storage;
    private readonly long _byteOffset;

    internal CheckpointTensor(string name, TensorElementType elementType, TensorView view, Storage storage)
    {
        (Name, ElementType, Shape, Strides, ElementCount) = (name, elementType, view.Shape, view.Strides, view.ElementCount);
        (_storage, _byteOffset) = (storage, view.Offset * elementType.ByteSize());
        IsContiguous = view.IsContiguous;
    }

    /// <summary>The key in the state dict, for example <c>transformer.layers.3.self_attn.w_qs.weight</c>; for a tensor in metadata, its
    /// path there.</summary>
    public string Name { get; }

    /// <summary>The type of one element.</summary>
    public TensorElementType ElementType { get; }

    /// <summary>The extent of each axis, in elements; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The distance between neighbours along each axis, in elements, 0 or more.</summary>
    public ImmutableArray<long> Strides { get; }

    /// <summary>The number of elements: the product of <see cref="Shape"/>.</summary>
    public long ElementCount { get; }

    /// <summary>The number of bytes when written contiguously.</summary>
    public long ByteLength => ElementCount * ElementType.ByteSize();

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous { get; }

    /// <summary>The storage's name in the file. Tensors with equal names share their bytes.</summary>
    public string StorageName => _storage.Label;

    /// <summary>Returns the elements in the file without a copy: little endian, row-major, at any alignment.</summary>
    /// <param name="bytes">The bytes, valid until the checkpoint is disposed; empty when the result is false.</param>
    /// <returns>False when the tensor is not contiguous, or has more bytes than a span can hold.</returns>
    public bool TryGetContiguousBytes(out ReadOnlySpan<byte> bytes)
    {
        bool can = IsContiguous && ByteLength <= int.MaxValue;
        bytes = can && ElementCount > 0 ? _storage.Read(_byteOffset, ByteLength) : [];
        return can;
    }

    /// <summary>Copies the elements, little endian and row-major, whatever the strides.</summary>
    /// <param name="destination">Exactly <see cref="ByteLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void CopyBytesTo(Span<byte> destination)
    {
        RequireLength(destination.Length, ByteLength);
        if (TryGetContiguousBytes(out ReadOnlySpan<byte> bytes))
        {
            bytes.CopyTo(destination);
            return;
        }

        int size = ElementType.ByteSize();
        ReadOnlySpan<byte> storage = _storage.Read(_byteOffset, StridedOrder.Span(Shape, Strides) * size);
        StridedOrder.Gather(storage, Shape, Strides, size, destination);
    }

    /// <summary>Copies the elements as float32: wider types are rounded to nearest even, integers and booleans converted.</summary>
    /// <param name="destination">Exactly <see cref="ElementCount"/> elements.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">VNC0413: the elements are complex.</exception>
    public void CopyTo(Span<float> destination)
    {
        RequireLength(destination.Length, ElementCount);
        if (ElementType == TensorElementType.Float32)
        {
            CopyBytesTo(MemoryMarshal.AsBytes(destination));
        }
        else if (TryGetContiguousBytes(out ReadOnlySpan<byte> bytes))
        {
            ElementConversion.ToSingles(Name, ElementType, bytes, destination);
        }
        else
        {
            ElementConversion.ToSingles(Name, ElementType, ToBytes(), destination);
        }
    }

    /// <summary>The elements as float32, row-major. See <see cref="CopyTo"/>.</summary>
    public float[] ToSingles()
    {
        float[] values = new float[checked((int)ElementCount)];
        CopyTo(values);
        return values;
    }

    /// <summary>The elements of an integer or boolean tensor as int64, row-major.</summary>
    /// <exception cref="CheckpointException">VNC0413: the elements are not integers, or one does not fit.</exception>
    public long[] ToInt64s()
    {
        long[] values = new long[checked((int)ElementCount)];
        ElementConversion.ToInt64s(Name, ElementType, ToBytes(), values);
        return values;
    }

    /// <summary>The elements as bytes, little endian and row-major.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[checked((int)ByteLength)];
        CopyBytesTo(bytes);
        return bytes;
    }

    /// <summary>SHA-256 of the elements as <see cref="ToBytes"/> gives them, 64 lower-case hexadecimal digits. A contiguous tensor is read
    /// in place.</summary>
    public string ComputeSha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Digest(hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>XXH128 of the elements as <see cref="ToBytes"/> gives them, with the seed 0, 32 lower-case hexadecimal digits (canonical
    /// form: the high half first). It distinguishes tensors as reliably as SHA-256 unless forged, at memory speed. A contiguous
    /// tensor is read in place.</summary>
    public string ComputeXxHash128()
    {
        XxHash128 hash = new();
        Digest(hash.Append);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Name, type and shape: <c>embedding.out_proj.bias: float32 [1280]</c>.</summary>
    public override string ToString() => $"{Name}: {ElementType.TorchName()} [{string.Join(", ", Shape)}]";

    private void Digest(Action<ReadOnlySpan<byte>> append)
    {
        const int Block = 1 << 24;
        if (!IsContiguous)
        {
            append(ToBytes());
            return;
        }

        for (long at = 0; at < ByteLength; at += Block)
        {
            append(_storage.Read(_byteOffset + at, Math.Min(Block, ByteLength - at)));
        }
    }

    private static void RequireLength(int destination, long expected)
    {
        if (destination != expected)
        {
            throw new ArgumentException($"Found a destination of length {destination}, expected {expected}.", nameof(destination));
        }
    }
}
