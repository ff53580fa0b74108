using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Checkpoints;

/// <summary>A tensor to write. Its bytes are asked for only while it is written, so that a file larger than memory can be
/// written.</summary>
/// <param name="Name">The key in the state dict. Names within one file differ.</param>
/// <param name="ElementType">The type of one element.</param>
/// <param name="Shape">The extent of each axis, 0 or more; empty for a scalar.</param>
/// <param name="Fill">Fills <see cref="ByteLength"/> bytes: little endian, row-major. Called once.</param>
public sealed record TensorEntry(string Name, TensorElementType ElementType, ImmutableArray<long> Shape, Action<Span<byte>> Fill)
{
    /// <summary>The number of elements: the product of <see cref="Shape"/>.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, extent) => checked(product * extent));

    /// <summary>The number of bytes; at most 2^31 - 57, what one array can hold.</summary>
    public int ByteLength => checked((int)(ElementCount * ElementType.ByteSize()));

    /// <summary>A tensor of an open checkpoint, contiguous whatever its strides.</summary>
    public static TensorEntry From(CheckpointTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new TensorEntry(tensor.Name, tensor.ElementType, tensor.Shape, tensor.CopyBytesTo);
    }

    /// <summary>A float32 tensor. The array is read when the entry is written.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the shape.</exception>
    public static TensorEntry From(string name, float[] values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        TensorEntry entry = new(name, TensorElementType.Float32, [.. shape], bytes => MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(bytes));
        return entry.ElementCount == values.Length
            ? entry
            : throw new ArgumentException($"{values.Length} values for the shape [{string.Join(", ", entry.Shape)}].", nameof(values));
    }

    /// <summary>Refuses names that come twice.</summary>
    internal static void RequireDistinct(IEnumerable<TensorEntry> tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (TensorEntry tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'.", nameof(tensors));
            }
        }
    }
}
