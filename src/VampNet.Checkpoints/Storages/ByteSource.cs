namespace VampNet.Checkpoints.Storages;

/// <summary>The bytes of one file: random access, read only, nothing copied.</summary>
internal abstract class ByteSource(string name) : IDisposable
{
    /// <summary>The file's name, for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>The bytes [offset, offset + length). The caller has checked that they exist.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not, or there are more than a span can hold.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint is closed.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return SliceCore(offset, (int)length);
    }

    public abstract void Dispose();

    protected abstract ReadOnlySpan<byte> SliceCore(long offset, int length);
}
