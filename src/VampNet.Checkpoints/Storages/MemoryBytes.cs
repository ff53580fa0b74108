namespace VampNet.Checkpoints.Storages;

/// <summary>A file that is already in memory.</summary>
internal sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name)
{
    private bool _closed;

    public override long Length => bytes.Length;

    public override void Dispose() => _closed = true;

    protected override ReadOnlySpan<byte> SliceCore(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(Checkpoint));
        return bytes.Span.Slice((int)offset, length);
    }
}
