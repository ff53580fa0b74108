namespace VampNet.Checkpoints.Storages;

/// <summary>A storage at a known place of a file that keeps no checksum: the legacy stream and .safetensors.</summary>
internal sealed class PlainStorage(ByteSource source, string label, long offset, long byteLength) : Storage(label, byteLength)
{
    protected override ReadOnlySpan<byte> ReadCore(long start, long length) => source.Slice(offset + start, length);
}
