using System.IO.Hashing;
using System.Text;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Zip;

/// <summary>The data of a zip entry. Its local header and its CRC-32 are checked once, when its bytes are first read.</summary>
/// <remarks>
/// A local header lies before each storage: to visit them all when a file is opened would touch one page every few megabytes, which takes
/// a second when the file is not in memory. The directory alone, at the end of the file, names every entry and its length.
/// </remarks>
internal sealed class ZipStorage(ByteSource source, ZipEntry entry) : Storage(entry.Name, entry.Length)
{
    private const int Block = 1 << 20;
    private const long Unknown = -1;
    private long _dataOffset = Unknown;

    protected override ReadOnlySpan<byte> ReadCore(long start, long length)
    {
        long data = Volatile.Read(ref _dataOffset);
        if (data == Unknown)
        {
            data = FindData();
            RequireChecksum(data);
            Volatile.Write(ref _dataOffset, data);
        }

        return source.Slice(data + start, length);
    }

    /// <summary>Offset of the data: behind the local header, whose name and extra field have lengths of their own (APPNOTE
    /// 4.3.7).</summary>
    private long FindData()
    {
        ZipFields local = new(source.Slice(entry.HeaderOffset, ZipDirectory.LocalHeaderSize));
        local.RequireSignature(0x04034b50, entry.HeaderOffset, source.Name);
        int nameLength = local.UInt16(26);
        long data = entry.HeaderOffset + ZipDirectory.LocalHeaderSize + nameLength + local.UInt16(28);
        if (data > entry.Limit - entry.Length)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ZipEntriesOverlap,
                $"entry '{entry.Name}' of {entry.Length} bytes at byte {data}",
                $"its end at or before byte {entry.Limit}, where the next one starts",
                "The archive was tampered with; do not use it",
                source.Name
            );
        }

        return Encoding.UTF8.GetString(source.Slice(entry.HeaderOffset + ZipDirectory.LocalHeaderSize, nameLength)) == entry.Name
            ? data
            : throw new CheckpointException(
                CheckpointErrorIds.ZipHeaderMismatch,
                $"entry '{entry.Name}' whose own header at byte {entry.HeaderOffset} names another",
                "the name that the archive's directory has",
                "The archive was tampered with; do not use it",
                source.Name
            );
    }

    private void RequireChecksum(long data)
    {
        Crc32 hash = new();
        for (long at = 0; at < entry.Length; at += Block)
        {
            hash.Append(source.Slice(data + at, Math.Min(Block, entry.Length - at)));
        }

        uint actual = hash.GetCurrentHashAsUInt32();
        if (actual != entry.Crc32)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ZipChecksum,
                $"the {entry.Length} bytes of '{entry.Name}' at byte {data} with CRC-32 {actual:x8}",
                $"CRC-32 {entry.Crc32:x8}, as the archive's directory records",
                "The file was damaged after it was written; download or copy it again",
                source.Name
            );
        }
    }
}
