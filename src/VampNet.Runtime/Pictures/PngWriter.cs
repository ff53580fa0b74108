using System.Buffers.Binary;
using System.IO.Compression;

namespace VampNet.Runtime.Pictures;

/// <summary>Writes an RGB picture as PNG, without any filter or library.</summary>
/// <remarks>Source: the PNG specification, third edition: IHDR, IDAT, IEND; a CRC-32 after each chunk.</remarks>
public static class PngWriter
{
    private const int BytesPerPixel = 3;
    private const uint CrcPolynomial = 0xEDB88320;

    /// <summary>Writes the picture.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="pixels">Red, green, blue; rows from the top.</param>
    public static void Write(Stream stream, int width, ReadOnlySpan<byte> pixels)
    {
        int stride = width * BytesPerPixel,
            height = pixels.Length / stride;
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2); // 8 bits a sample, true colour
        WriteChunk(stream, "IHDR"u8, header);

        using MemoryStream data = new();
        using (ZLibStream deflate = new(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                deflate.WriteByte(0);
                deflate.Write(pixels.Slice(row * stride, stride));
            }
        }

        WriteChunk(stream, "IDAT"u8, data.ToArray());
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        stream.Write(number);
        stream.Write(name);
        stream.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(body, Crc(name, uint.MaxValue)));
        stream.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * CrcPolynomial);
            }
        }

        return crc;
    }
}
