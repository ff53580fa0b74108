using System.Buffers.Binary;
using System.IO.Compression;
using VampNet.Runtime.Pictures;

namespace VampNet.Runtime.Tests.Pictures;

public sealed class CodePictureTests
{
    private const int V = 9;

    [Fact]
    public void Write_SmallPiece_DrawsEachTokenInItsPlace()
    {
        TokenGrid<long> codes = new(1, 2, 3, [0, 1, 2, 0, V, 5]);
        TokenGrid<bool> mask = new(1, 2, 3, [false, true, false, true, false, false]);

        (int width, int height, byte[] pixels) = Read(codes, mask);

        Assert.Equal((3 * 6, 4 * 12 + 12), (width, height));
        // The first codebook is at the bottom of its panel.
        Assert.Equal((0, 0, 0), At(1, 0));
        Assert.NotEqual((0, 0, 0), At(1, 1));
        Assert.Equal(At(0, 0), At(0, 1));
        Assert.NotEqual(At(1, 1), At(2, 1));
        Assert.Equal((68, 1, 84), At(0, 3));
        Assert.Equal((253, 231, 37), At(1, 3));
        Assert.Equal((68, 1, 84), At(1, 4));

        (int, int, int) At(int frame, int row)
        {
            int at = ((row * 12 + (row > 1 ? 0 : 4)) * width + frame * 6 + 2) * 3;
            return (pixels[at], pixels[at + 1], pixels[at + 2]);
        }
    }

    [Fact]
    public void Write_LongPiece_StaysWithinItsWidth()
    {
        (int width, _, _) = Read(new TokenGrid<long>(1, 1, 5000), new TokenGrid<bool>(1, 1, 5000));

        Assert.Equal(10_000, width);
    }

    private static (int Width, int Height, byte[] Pixels) Read(TokenGrid<long> codes, TokenGrid<bool> mask)
    {
        MemoryStream stream = new();
        CodePicture.Write(stream, codes, mask, V);
        byte[] file = stream.ToArray();
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10], file[..8]);
        int width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)),
            height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));

        // The CRC of IEND, which has no body, is in the PNG specification.
        Assert.Equal([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82], file[^12..]);
        int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        using ZLibStream inflate = new(new MemoryStream(file, 41, length), CompressionMode.Decompress);
        byte[] rows = new byte[height * (width * 3 + 1)];
        inflate.ReadExactly(rows);
        return (width, height, [.. rows.Chunk(width * 3 + 1).SelectMany(row => row[1..])]);
    }
}
