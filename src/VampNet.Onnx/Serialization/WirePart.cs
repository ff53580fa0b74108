using Google.Protobuf;

namespace VampNet.Onnx.Serialization;

/// <summary>A piece of a protobuf stream whose length is known before it is written, so that it can lie inside others.</summary>
internal abstract record WirePart(long Length)
{
    /// <summary>Writes exactly <see cref="Length"/> bytes.</summary>
    public abstract void WriteTo(Stream stream);

    /// <summary>The fields of a message.</summary>
    public static WirePart Fields(IMessage message) => new MessagePart(message);

    /// <summary>A field that holds a message or bytes, made of parts.</summary>
    public static WirePart Block(int field, params IReadOnlyList<WirePart> parts)
    {
        using MemoryStream header = new();
        long length = parts.Sum(part => part.Length);
        WriteVarint(header, ((ulong)field << 3) | (ulong)WireFormat.WireType.LengthDelimited);
        WriteVarint(header, (ulong)length);
        return new BlockPart(header.ToArray(), parts, header.Length + length);
    }

    /// <summary>A tensor's raw contents.</summary>
    public static WirePart Contents(TensorData data) => new ContentsPart(data);

    private static void WriteVarint(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            stream.WriteByte((byte)(value | 0x80));
        }

        stream.WriteByte((byte)value);
    }

    private sealed record MessagePart(IMessage Message) : WirePart(Message.CalculateSize())
    {
        public override void WriteTo(Stream stream) => Message.WriteTo(stream);
    }

    private sealed record BlockPart(byte[] Header, IReadOnlyList<WirePart> Parts, long Total) : WirePart(Total)
    {
        public override void WriteTo(Stream stream)
        {
            stream.Write(Header);
            foreach (WirePart part in Parts)
            {
                part.WriteTo(stream);
            }
        }
    }

    private sealed record ContentsPart(TensorData Data) : WirePart(Data.ByteLength)
    {
        public override void WriteTo(Stream stream) => Data.WriteTo(stream);
    }
}
