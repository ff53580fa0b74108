namespace VampNet.Checkpoints.Storages;

/// <summary>A run of bytes of the file that tensors are views on. Several tensors may share one. Opening a checkpoint reads none.</summary>
internal abstract class Storage(string label, long byteLength)
{
    /// <summary>Its name in the file, for messages and for recognizing shared storages: a zip entry's name, a storage key or a tensor's
    /// name.</summary>
    public string Label { get; } = label;

    public long ByteLength { get; } = byteLength;

    /// <summary>The bytes [start, start + length) of the storage.</summary>
    /// <exception cref="CheckpointException">The file does not hold the announced bytes.</exception>
    public ReadOnlySpan<byte> Read(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ByteLength - length);
        return ReadCore(start, length);
    }

    /// <summary>A part with a name of its own.</summary>
    public Storage Part(string name, long start, long length) => new PartOfStorage(this, name, start, length);

    protected abstract ReadOnlySpan<byte> ReadCore(long start, long length);

    private sealed class PartOfStorage(Storage whole, string name, long offset, long byteLength) : Storage(name, byteLength)
    {
        protected override ReadOnlySpan<byte> ReadCore(long start, long length) => whole.Read(offset + start, length);
    }
}
