using System.Text;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Zip;

/// <summary>The entries of a zip archive whose data is stored, not compressed, as PyTorch writes it. Reads the directory and each local header, no data.</summary>
/// <remarks>
/// PKWARE APPNOTE 6.3.10: the end record in 4.3.16, zip64 in 4.3.14, 4.3.15 and 4.5.3, the directory in 4.3.12, local headers in 4.3.7.
/// The file is assumed to lie: every offset is checked, names must be plain, and no two entries may share a name or a byte.
/// </remarks>
internal static class ZipDirectory
{
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
            throw ZipFields.Damaged($"a zip directory of {at - end.DirectoryOffset} bytes", $"the {end.DirectoryLength} bytes that the end record states");
        }

        RequireDistinct(entries);
        return entries;
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
        int nameLength = header.UInt16(28), extraLength = header.UInt16(30), commentLength = header.UInt16(32);
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
        return new ZipEntry(name, offset, DataOffset(source, end, name, offset, length), length, header.UInt32(16));
    }

    private static void RequireStored(string name, int method, int flags)
    {
        if (method != 0 || (flags & Encrypted) != 0)
        {
            throw new CheckpointException(
                "VNC0206",
                $"entry '{name}' {((flags & Encrypted) != 0 ? "encrypted" : $"compressed with method {method}")}",
                "stored entries, the only ones PyTorch writes",
                "The archive was repacked; unpack it and pack it again with 'zip -0', or get the original");
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

    private static long DataOffset(ByteSource source, ZipEnd end, string name, long offset, long length)
    {
        const int LocalSize = 30;
        if (offset < 0 || offset > end.DirectoryOffset - LocalSize)
        {
            throw ZipFields.Damaged($"entry '{name}' at byte {offset}", $"an offset below the directory at byte {end.DirectoryOffset}");
        }

        ZipFields local = new(source.Slice(offset, LocalSize));
        local.RequireSignature(0x04034b50, offset);
        int nameLength = local.UInt16(26);
        long data = offset + LocalSize + nameLength + local.UInt16(28);
        if (length < 0 || data > end.DirectoryOffset - length)
        {
            throw ZipFields.Damaged($"entry '{name}' of {length} bytes at byte {data}", $"an entry that ends before the directory at byte {end.DirectoryOffset}");
        }

        string localName = Encoding.UTF8.GetString(source.Slice(offset + LocalSize, nameLength));
        return localName == name
            ? data
            : throw new CheckpointException("VNC0207", $"entry '{name}' whose own header at byte {offset} names another", "one name", "The archive was tampered with; do not use it");
    }

    private static void RequireDistinct(List<ZipEntry> entries)
    {
        HashSet<string> names = [];
        foreach (ZipEntry entry in entries)
        {
            if (!names.Add(entry.Name))
            {
                throw new CheckpointException("VNC0204", $"two entries named '{entry.Name}'", "one", "The archive was tampered with; do not use it");
            }
        }

        ZipEntry? previous = null;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.HeaderOffset))
        {
            if (previous is not null && previous.DataOffset + previous.Length > entry.HeaderOffset)
            {
                throw new CheckpointException(
                    "VNC0205", $"entries '{previous.Name}' and '{entry.Name}' sharing bytes", "entries one after another", "The archive was tampered with; do not use it");
            }

            previous = entry;
        }
    }
}
