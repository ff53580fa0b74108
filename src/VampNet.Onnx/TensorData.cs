using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx;

/// <summary>
/// The immutable contents of a constant tensor: row-major, little endian, elements narrower than a byte packed from the
/// low bits up. They may lie in memory, in a memory-mapped file, or be produced only when asked for.
/// </summary>
public abstract class TensorData
{
    private const int WriteChunkLength = 1 << 20;

    private protected TensorData(ElementType elementType, ImmutableArray<long> shape)
    {
        ElementType = elementType;
        Shape = shape;
        ElementCount = TensorSize.CountElements(elementType, shape.AsSpan(), "a tensor");
        ByteLength = elementType.ByteLength(ElementCount);
    }

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; }

    /// <summary>The dimensions, each at least 0; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>The length of the contents in bytes; 0 for strings, whose length is not fixed.</summary>
    public long ByteLength { get; }

    /// <summary>The tensor's protobuf message, for fields beside the contents; it includes typed data fields if those are the
    /// contents.</summary>
    internal TensorProto? Carrier { get; init; }

    /// <summary>Returns the contents without copying, if they are in memory in one piece of less than 2 GB.</summary>
    public abstract bool TryGetSpan(out ReadOnlySpan<byte> bytes);

    /// <summary>Copies the contents.</summary>
    /// <param name="destination">At least <see cref="ByteLength"/> bytes.</param>
    /// <exception cref="OnnxException">The contents cannot be produced.</exception>
    public abstract void CopyTo(Span<byte> destination);

    /// <summary>Writes the contents to a stream, holding at most this one tensor in memory.</summary>
    /// <exception cref="OnnxException">The contents cannot be produced.</exception>
    public virtual void WriteTo(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (TryGetSpan(out ReadOnlySpan<byte> bytes))
        {
            WriteInChunks(destination, bytes);
            return;
        }

        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(checked((int)ByteLength));
        try
        {
            Span<byte> contents = buffer.AsSpan(0, (int)ByteLength);
            CopyTo(contents);
            WriteInChunks(destination, contents);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A tensor that wraps <paramref name="values"/> without copying; they must not change afterwards.</summary>
    /// <typeparam name="T">A number of fixed width, bool, or Half.</typeparam>
    /// <exception cref="ArgumentException">The type has no ONNX counterpart, or the number of values is not the product of the
    /// shape.</exception>
    public static TensorData FromArray<T>(T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return FromBytes(ElementTypeOf<T>(), MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);
    }

    /// <summary>A tensor of one element and no dimensions.</summary>
    /// <typeparam name="T">A number of fixed width, bool, or Half.</typeparam>
    public static TensorData Scalar<T>(T value)
        where T : unmanaged => FromArray([value]);

    /// <summary>A tensor over bytes that must not change afterwards.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not match type and shape.</exception>
    public static TensorData FromBytes(ElementType elementType, ReadOnlyMemory<byte> bytes, params ReadOnlySpan<long> shape)
    {
        MemoryTensorData data = new(elementType, [.. shape], bytes);
        return data.ByteLength == bytes.Length
            ? data
            : throw new ArgumentException(
                $"Found {bytes.Length} bytes; {elementType.OnnxName}[{string.Join(',', data.Shape)}] takes {data.ByteLength}.",
                nameof(bytes)
            );
    }

    /// <summary>A tensor of strings.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape.</exception>
    public static TensorData FromStrings(ReadOnlySpan<string> values, params ReadOnlySpan<long> shape)
    {
        StringTensorData data = new([.. shape], [.. values]);
        return data.ElementCount == values.Length
            ? data
            : throw new ArgumentException(
                $"Found {values.Length} strings; the shape [{string.Join(',', data.Shape)}] takes {data.ElementCount}.",
                nameof(values)
            );
    }

    /// <summary>A tensor whose contents are produced each time they are read, and not kept.</summary>
    /// <param name="elementType">The element type.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="materialize">Fills a span of exactly <see cref="ByteLength"/> bytes; must give the same bytes every time.</param>
    public static TensorData Lazy(ElementType elementType, ReadOnlySpan<long> shape, Action<Span<byte>> materialize)
    {
        ArgumentNullException.ThrowIfNull(materialize);
        return new LazyTensorData(elementType, [.. shape], materialize);
    }

    /// <summary>The same contents under another shape of as many elements.</summary>
    /// <exception cref="ArgumentException">The shape has another number of elements.</exception>
    public TensorData Reshape(params ReadOnlySpan<long> shape)
    {
        ReshapedTensorData data = new(this, [.. shape]);
        return data.ElementCount == ElementCount
            ? data
            : throw new ArgumentException($"Found a shape of {data.ElementCount} elements; the tensor has {ElementCount}.", nameof(shape));
    }

    /// <summary>A copy of the contents.</summary>
    /// <exception cref="OnnxException">The contents cannot be produced.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[ByteLength];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The elements, in a type that is exactly theirs.</summary>
    /// <exception cref="OnnxException">The tensor has another element type (<see cref="DiagnosticIds.TensorConversion"/>).</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        if (ElementTypeOf<T>() != ElementType)
        {
            throw TensorElements.Refuse(this, ElementTypeOf<T>().OnnxName);
        }

        T[] values = new T[ElementCount];
        CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The elements of a tensor of bools or of integers of any width, as 64-bit integers.</summary>
    /// <exception cref="OnnxException">The elements are none, or do not fit (<see cref="DiagnosticIds.TensorConversion"/>).</exception>
    public long[] ToInt64s() => TensorElements.ReadInt64s(this);

    /// <summary>The elements of a tensor of numbers of any real type, rounded to binary32.</summary>
    /// <exception cref="OnnxException">The elements are no numbers (<see cref="DiagnosticIds.TensorConversion"/>).</exception>
    public float[] ToSingles() =>
        ElementType == ElementType.Float ? ToArray<float>() : Array.ConvertAll(ToDoubles(), value => (float)value);

    /// <summary>The elements of a tensor of numbers of any real type.</summary>
    /// <exception cref="OnnxException">The elements are no numbers (<see cref="DiagnosticIds.TensorConversion"/>).</exception>
    public double[] ToDoubles() => TensorElements.ReadDoubles(this);

    /// <summary>The elements of a tensor of strings.</summary>
    /// <exception cref="OnnxException">The elements are no strings (<see cref="DiagnosticIds.TensorConversion"/>).</exception>
    public virtual ImmutableArray<string> ToStrings() => throw TensorElements.Refuse(this, "string");

    /// <inheritdoc/>
    public override string ToString() => $"{ElementType.OnnxName}[{string.Join(',', Shape)}]";

    // One write of tens of megabytes costs the kernel several times as much as the same bytes in chunks that stay in cache.
    private static void WriteInChunks(Stream destination, ReadOnlySpan<byte> bytes)
    {
        for (int done = 0; done < bytes.Length; done += WriteChunkLength)
        {
            destination.Write(bytes.Slice(done, Math.Min(WriteChunkLength, bytes.Length - done)));
        }
    }

    private static ElementType ElementTypeOf<T>() =>
        default(T) switch
        {
            float => ElementType.Float,
            double => ElementType.Double,
            Half => ElementType.Float16,
            long => ElementType.Int64,
            int => ElementType.Int32,
            short => ElementType.Int16,
            sbyte => ElementType.Int8,
            ulong => ElementType.UInt64,
            uint => ElementType.UInt32,
            ushort => ElementType.UInt16,
            byte => ElementType.UInt8,
            bool => ElementType.Bool,
            _ => throw new ArgumentException($"{typeof(T).Name} has no ONNX element type of the same layout."),
        };
}
