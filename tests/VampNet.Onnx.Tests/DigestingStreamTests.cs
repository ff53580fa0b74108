using System.Security.Cryptography;
using VampNet.Onnx.Serialization;

namespace VampNet.Onnx.Tests;

public sealed class DigestingStreamTests
{
    private const int Piece = 3 << 20;

    [Fact]
    public void Complete_PiecesOfAllLengths_AreWrittenInOrderAndDigested()
    {
        using MemoryStream inner = new();
        using MemoryStream expected = new();
        using DigestingStream stream = new(inner, Piece);
        foreach (int length in (int[])[1, 0, 63, Piece, 4096, Piece - 1, (1 << 20) + 1, 7])
        {
            byte[] bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            expected.Write(bytes);
            if (length % 2 == 0)
            {
                stream.Write(bytes);
            }
            else
            {
                stream.WriteFilled(length, bytes, static (to, from) => from.CopyTo(to));
            }

            Assert.Equal(expected.Length, stream.Position);
        }

        string digest = stream.Complete();

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected.ToArray())), digest);
        Assert.Equal(expected.ToArray(), inner.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void WriteFilled_StreamThatFails_ThrowsWhatItThrew(int writes)
    {
        using FullStream inner = new(writes);
        using DigestingStream stream = new(inner, Piece);

        IOException failure = Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                stream.WriteFilled(Piece, (byte)i, static (to, value) => to.Fill(value));
            }
        });

        Assert.Equal("No space left on device", failure.Message);
    }

    [Fact]
    public void Complete_LastWriteFails_ThrowsWhatItThrew()
    {
        using FullStream inner = new(0);
        using DigestingStream stream = new(inner, 0);
        stream.Write([1, 2, 3]);

        Assert.Equal("No space left on device", Assert.Throws<IOException>(() => stream.Complete()).Message);
    }

    private sealed class FullStream(int writes) : MemoryStream
    {
        private int _left = writes;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_left-- <= 0)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
