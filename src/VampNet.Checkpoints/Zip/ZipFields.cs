using System.Buffers.Binary;

namespace VampNet.Checkpoints.Zip;

/// <summary>Little-endian fields of a zip record.</summary>
internal readonly ref struct ZipFields(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public int UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    public uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);

    public long Int64(int at) => BinaryPrimitives.ReadInt64LittleEndian(_bytes[at..]);

    /// <summary>The extra field with this id; empty when there is none.</summary>
    public ZipFields Find(int id)
    {
        int at = 0;
        while (at + 4 <= _bytes.Length)
        {
            int length = UInt16(at + 2);
            if (at + 4 + length > _bytes.Length)
            {
                break;
            }

            if (UInt16(at) == id)
            {
                return new ZipFields(_bytes.Slice(at + 4, length));
            }

            at += 4 + length;
        }

        return new ZipFields([]);
    }

    public void RequireSignature(uint expected, long at, string? path = null)
    {
        if (UInt32(0) != expected)
        {
            throw Damaged($"0x{UInt32(0):x8} at byte {at}", $"the zip signature 0x{expected:x8}", path);
        }
    }

    public static CheckpointException Damaged(string found, string expected, string? path = null) =>
        new(CheckpointErrorIds.ZipDirectoryDamaged, found, expected, "The archive is damaged; download or copy it again", path);
}
