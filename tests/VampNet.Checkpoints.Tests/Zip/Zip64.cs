using System.Buffers.Binary;

namespace VampNet.Checkpoints.Tests.Zip;

/// <summary>Turns a plain archive into one that keeps all sizes and offsets in zip64 fields, as a file beyond 4 GiB must.</summary>
internal static class Zip64
{
    public static byte[] Widen(byte[] archive)
    {
        int directory = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(archive.Length - 6));
        ushort count = BinaryPrimitives.ReadUInt16LittleEndian(archive.AsSpan(archive.Length - 12));
        List<byte> wide = [.. archive[..directory]];
        int at = directory;
        for (int i = 0; i < count; i++)
        {
            byte[] header = archive[at..(at + 46)];
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
            uint stored = Narrow(header, 20),
                length = Narrow(header, 24),
                offset = Narrow(header, 42);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(30), 28);
            wide.AddRange([
                .. header,
                .. archive[(at + 46)..(at + 46 + nameLength)],
                1,
                0,
                24,
                0,
                .. Bytes(length),
                .. Bytes(stored),
                .. Bytes(offset),
            ]);
            at += 46 + nameLength;
        }

        int end = wide.Count;
        wide.AddRange([
            .. "PK\u0006\u0006"u8,
            .. Bytes(44),
            45,
            0,
            45,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. Bytes(count),
            .. Bytes(count),
            .. Bytes(end - directory),
            .. Bytes(directory),
        ]);
        wide.AddRange([.. "PK\u0006\u0007"u8, 0, 0, 0, 0, .. Bytes(end), 1, 0, 0, 0]);
        wide.AddRange([.. "PK\u0005\u0006"u8, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xff, 12), 0, 0]);
        return [.. wide];
    }

    private static uint Narrow(byte[] header, int at)
    {
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(at));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(at), uint.MaxValue);
        return value;
    }

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);
}
