using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Zip;

/// <summary>The location of a zip archive's central directory.</summary>
internal readonly record struct ZipEnd(long DirectoryOffset, long DirectoryLength, long EntryCount)
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int WideSize = 56;

    /// <summary>Reads the end record at the file's end, and the zip64 one before it where there is one.</summary>
    /// <exception cref="CheckpointException">VNC0201: there is no end record. VNC0202: it points outside the file.</exception>
    public static ZipEnd Find(ByteSource source)
    {
        long at = FindEndRecord(source);
        ZipFields end = new(source.Slice(at, EndSize));
        if (end.UInt16(4) is not (0 or 0xFFFF) || end.UInt16(6) is not (0 or 0xFFFF))
        {
            throw ZipFields.Damaged("a zip archive of several parts", "one file");
        }

        ZipEnd result = new(end.UInt32(16), end.UInt32(12), end.UInt16(10));
        long limit = at;
        if (
            at >= LocatorSize
            && new ZipFields(source.Slice(at - LocatorSize, LocatorSize)) is var locator
            && locator.UInt32(0) == 0x07064b50
        )
        {
            limit = locator.Int64(8);
            if (limit < 0 || limit > at - LocatorSize - WideSize)
            {
                throw ZipFields.Damaged($"a zip64 end record at byte {limit}", $"one before byte {at}");
            }

            ZipFields wide = new(source.Slice(limit, WideSize));
            wide.RequireSignature(0x06064b50, limit);
            result = new ZipEnd(wide.Int64(48), wide.Int64(40), wide.Int64(32));
        }

        bool fits =
            result is { DirectoryOffset: >= 0, DirectoryLength: >= 0, EntryCount: >= 0 }
            && result.DirectoryLength <= limit - result.DirectoryOffset;
        return fits
            ? result
            : throw ZipFields.Damaged(
                $"a zip directory of {result.DirectoryLength} bytes at byte {result.DirectoryOffset}",
                $"one that ends before its end record at byte {limit}"
            );
    }

    private static long FindEndRecord(ByteSource source)
    {
        int length = (int)Math.Min(source.Length, EndSize + ushort.MaxValue);
        ReadOnlySpan<byte> tail = source.Slice(source.Length - length, length);
        for (int at = length - EndSize; at >= 0; at--)
        {
            ZipFields candidate = new(tail[at..]);
            if (candidate.UInt32(0) == 0x06054b50 && candidate.UInt16(20) == length - at - EndSize)
            {
                return source.Length - length + at;
            }
        }

        throw new CheckpointException(
            CheckpointErrorIds.ZipEndMissing,
            $"a zip archive of {source.Length} bytes without its end record",
            "a whole archive",
            "The download or copy was cut short; get the file again and compare its size"
        );
    }
}
