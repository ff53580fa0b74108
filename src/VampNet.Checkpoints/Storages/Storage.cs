using System.IO.Hashing;

namespace VampNet.Checkpoints.Storages;

/// <summary>A run of bytes of the file that tensors are views on. Several tensors may share one.</summary>
/// <remarks>
/// Opening a checkpoint reads no storage. A storage that the file gives a CRC-32 for is checked against it once, when its bytes are first asked for.
/// </remarks>
internal sealed class Storage(ByteSource source, string label, long offset, long byteLength, uint? crc32 = null)
{
    private const int Block = 1 << 20;
    private volatile bool _verified = crc32 is null;

    /// <summary>What the file calls it, for messages and for telling shared storages: a zip entry's name or a storage key.</summary>
    public string Label { get; } = label;

    public long ByteLength { get; } = byteLength;

    /// <summary>The bytes [start, start + length) of the storage.</summary>
    /// <exception cref="CheckpointException">VNC0208: the bytes are not those that were written.</exception>
    public ReadOnlySpan<byte> Read(long start, long length)
    {
        Verify();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ByteLength - length);
        return source.Slice(offset + start, length);
    }

    /// <summary>A part with a name of its own.</summary>
    public Storage Part(string name, long start, long length) => new(source, name, offset + start, length);

    private void Verify()
    {
        if (_verified)
        {
            return;
        }

        Crc32 hash = new();
        for (long at = 0; at < ByteLength; at += Block)
        {
            hash.Append(source.Slice(offset + at, Math.Min(Block, ByteLength - at)));
        }

        uint actual = hash.GetCurrentHashAsUInt32();
        if (actual != crc32)
        {
            throw new CheckpointException(
                "VNC0208",
                $"the {ByteLength} bytes of '{Label}' at offset {offset} with CRC-32 {actual:x8}",
                $"CRC-32 {crc32:x8}, as the archive's directory records",
                "The file was damaged after it was written; download or copy it again",
                source.Name);
        }

        _verified = true;
    }
}
