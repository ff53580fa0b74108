using System.Buffers.Binary;

namespace VampNet.Packages.Tests;

/// <summary>Reads from a native file which processor its code is for. Sources: the ELF, PE/COFF and Mach-O headers.</summary>
internal static class Machine
{
    private const int HeaderBytes = 4096;

    /// <summary>The processor of a file's code: <c>x64</c>, <c>arm64</c>, or what was found.</summary>
    public static string ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Read(file);
    }

    /// <inheritdoc cref="ReadFile"/>
    public static string Read(Stream stream)
    {
        byte[] bytes = new byte[HeaderBytes];
        int length = stream.ReadAtLeast(bytes, HeaderBytes, throwOnEndOfStream: false);
        ReadOnlySpan<byte> header = bytes.AsSpan(0, length);
        if (header.StartsWith("\u007fELF"u8))
        {
            return Named(BinaryPrimitives.ReadUInt16LittleEndian(header[18..]), x64: 0x3E, arm64: 0xB7);
        }

        if (header.StartsWith("MZ"u8))
        {
            int pe = BinaryPrimitives.ReadInt32LittleEndian(header[60..]);
            return Named(BinaryPrimitives.ReadUInt16LittleEndian(header[(pe + 4)..]), x64: 0x8664, arm64: 0xAA64);
        }

        const uint MachO = 0xFEEDFACF;
        return BinaryPrimitives.ReadUInt32LittleEndian(header) == MachO
            ? Named(BinaryPrimitives.ReadInt32LittleEndian(header[4..]), x64: 0x01000007, arm64: 0x0100000C)
            : "neither ELF, PE nor Mach-O";
    }

    private static string Named(int machine, int x64, int arm64) =>
        machine == x64 ? "x64"
        : machine == arm64 ? "arm64"
        : $"machine 0x{machine:X}";
}
