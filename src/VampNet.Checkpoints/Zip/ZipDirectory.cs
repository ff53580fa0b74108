using System.Text;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Zip;

/// <summary>The entries of a zip archive whose data is stored, not compressed, as PyTorch writes it. Reads the directory alone: no local
/// header, no data.</summary>
/// <remarks>
/// PKWARE APPNOTE 6.3.10: the end record in 4.3.16, zip64 in 4.3.14, 4.3.15 and 4.5.3, the directory in 4.3.12.
/// The file is assumed to lie: every offset is checked, names must be plain, and no two entries may share a name or a byte.
/// </remarks>
internal static class ZipDirectory
{
    /// <summary>Bytes of a local header before its name (APPNOTE 4.3.7).</summary>
    public const int LocalHeaderSize = 30;

    private const int HeaderSize = 46;
    private const ushort Encrypted = 0x0001;
    private const uint InZip64 = 0xFFFFFFFF;

    /// <summary>The entries in the order of the directory.</summary>
    /// <exception cref="CheckpointException">VNC02xx: the archive is damaged, or holds what PyTorch does not write.</exception>
    public static IReadOnlyList<ZipEntry> Read(ByteSource source, CheckpointLimits limits)
    {
        ZipEnd end = ZipEnd.Find(source);
        if (end.EntryCount > limits.ZipEntries)
        {
            throw ZipFields.Damaged($"a zip directory of {end.EntryCount} entries", $"at most {limits.ZipEntries}");
        }

        List<ZipEntry> entries = new((int)end.EntryCount);
        long at = end.DirectoryOffset;
        for (long i = 0; i < end.EntryCount; i++)
        {
            entries.Add(ReadHeader(source, end, ref at));
        }

        if (at != end.DirectoryOffset + end.DirectoryLength)
        {
            throw ZipFields.Damaged(
                $"a zip directory of {at - end.DirectoryOffset} bytes",
                $"the {end.DirectoryLength} bytes that the end record states"
            );
        }

        return Bounded(entries, end.DirectoryOffset);
    }

    private static ZipEntry ReadHeader(ByteSource source, ZipEnd end, ref long at)
    {
        long left = end.DirectoryOffset + end.DirectoryLength - at;
        if (left < HeaderSize)
        {
            throw ZipFields.Damaged($"a zip directory that ends at byte {at}", "another entry");
        }

        ZipFields header = new(source.Slice(at, HeaderSize));
        header.RequireSignature(0x02014b50, at);
        int nameLength = header.UInt16(28),
            extraLength = header.UInt16(30),
            commentLength = header.UInt16(32);
        long size = HeaderSize + nameLength + extraLength + commentLength;
        if (left < size)
        {
            throw ZipFields.Damaged($"a zip directory entry of {size} bytes at byte {at}", $"at most the {left} bytes that are left");
        }

        string name = Encoding.UTF8.GetString(source.Slice(at + HeaderSize, nameLength));
        ZipNames.RequirePlain(name);
        RequireStored(name, method: header.UInt16(10), flags: header.UInt16(8));

        ZipFields extra = new(source.Slice(at + HeaderSize + nameLength, extraLength));
        (long length, long stored, long offset) = ReadSizes(header, extra, name);
        if (length != stored)
        {
            throw ZipFields.Damaged($"entry '{name}' of {length} bytes stored in {stored}", "the same number of bytes for a stored entry");
        }

        at += size;
        return new ZipEntry(name, offset, length, header.UInt32(16), Limit: end.DirectoryOffset);
    }

    private static void RequireStored(string name, int method, int flags)
    {
        if (method != 0 || (flags & Encrypted) != 0)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ZipEntryPacked,
                $"entry '{name}' {((flags & Encrypted) != 0 ? "encrypted" : $"compressed with method {method}")}",
                "stored entries, the only ones PyTorch writes",
                "The archive was repacked; unpack it and pack it again with 'zip -0', or get the original"
            );
        }
    }

    /// <summary>Sizes and offset, each from the zip64 field where the header refers to it, in this order (APPNOTE 4.5.3).</summary>
    private static (long Length, long Stored, long Offset) ReadSizes(ZipFields header, ZipFields extra, string name)
    {
        ZipFields wide = extra.Find(1);
        int at = 0;
        long length = Field(header.UInt32(24), wide, ref at);
        long stored = Field(header.UInt32(20), wide, ref at);
        long offset = Field(header.UInt32(42), wide, ref at);
        return (length, stored, offset);

        long Field(uint narrow, ZipFields wide, ref int at)
        {
            if (narrow != InZip64)
            {
                return narrow;
            }

            if (wide.Length < at + 8)
            {
                throw ZipFields.Damaged($"entry '{name}' without the zip64 field it refers to", "a zip64 extra field");
            }

            long value = wide.Int64(at);
            at += 8;
            return value;
        }
    }

    /// <summary>Sorts the entries by place and gives each its limit. Data starts at least a header and a name behind the entry's
    /// offset.</summary>
    private static List<ZipEntry> Bounded(List<ZipEntry> entries, long directoryOffset)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<string, long> limits = new(StringComparer.Ordinal);
        long limit = directoryOffset;
        foreach (ZipEntry entry in entries.OrderByDescending(entry => entry.HeaderOffset))
        {
            if (!names.Add(entry.Name))
            {
                throw new CheckpointException(
                    CheckpointErrorIds.ZipNameTwice,
                    $"two entries named '{entry.Name}'",
                    "each name once",
                    "The archive was tampered with; do not use it"
                );
            }

            if (
                entry.HeaderOffset < 0
                || entry.Length < 0
                || entry.Length > limit
                || entry.HeaderOffset > limit - entry.Length - LocalHeaderSize - Encoding.UTF8.GetByteCount(entry.Name)
            )
            {
                throw new CheckpointException(
                    CheckpointErrorIds.ZipEntriesOverlap,
                    $"entry '{entry.Name}' of {entry.Length} bytes at byte {entry.HeaderOffset}",
                    $"its end at or before byte {limit}, where the next one or the directory starts",
                    "The archive was tampered with; do not use it"
                );
            }

            limits.Add(entry.Name, limit);
            limit = entry.HeaderOffset;
        }

        return [.. entries.Select(entry => entry with { Limit = limits[entry.Name] })];
    }
}
