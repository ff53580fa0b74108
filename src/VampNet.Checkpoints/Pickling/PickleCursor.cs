using System.Buffers.Binary;
using System.Text;

namespace VampNet.Checkpoints.Pickling;

/// <summary>Reads the operands of a pickle, and never beyond its end.</summary>
internal ref struct PickleCursor(ReadOnlySpan<byte> bytes, int position)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; } = position;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _bytes.Length - Position)
        {
            throw new CheckpointException(
                CheckpointErrorIds.PickleCut,
                $"a pickle that ends at byte {_bytes.Length}, where {count} more bytes are announced at byte {Position}",
                "a pickle that ends with STOP",
                "The file is truncated or no checkpoint; get it again"
            );
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>An 8-byte length. One beyond 2^63 is read as negative, which <see cref="Take"/> refuses.</summary>
    public long Length64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public string Utf8(long byteCount)
    {
        int at = Position;
        try
        {
            return StrictUtf8.GetString(Take(byteCount));
        }
        catch (DecoderFallbackException e)
        {
            throw Malformed(at, "a string that is not UTF-8", "UTF-8", e);
        }
    }

    /// <summary>The bytes up to a newline, which is consumed: the operand of a protocol 0 opcode.</summary>
    public string Line()
    {
        int at = Position;
        int length = _bytes[Position..].IndexOf((byte)'\n');
        if (length is < 0 or > 4096)
        {
            throw Malformed(at, length < 0 ? "a line without an end" : $"a line of {length} bytes", "a newline within 4096 bytes");
        }

        string line = Utf8(length);
        Position++;
        return line;
    }

    public static CheckpointException Malformed(int at, string found, string expected, Exception? inner = null) =>
        new(
            CheckpointErrorIds.OperandMalformed,
            $"{found} at byte {at} of a pickle",
            expected,
            "The file is damaged or no checkpoint; get it again",
            inner: inner
        );
}
