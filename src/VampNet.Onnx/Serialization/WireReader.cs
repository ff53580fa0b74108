using Google.Protobuf;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Walks the fields of one protobuf message without copying them: the generated parser cannot read fields of gigabytes, or messages beyond
/// 2 GB.
/// </summary>
internal struct WireReader(ByteSource source, long position, long end)
{
    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The field's wire type.</summary>
    public WireFormat.WireType WireType { get; private set; }

    /// <summary>Offset of the field's tag.</summary>
    public long FieldStart { get; private set; }

    /// <summary>Offset of the field's contents: behind the length, when there is one.</summary>
    public long ContentStart { get; private set; }

    /// <summary>Offset of the field's end.</summary>
    public long FieldEnd { get; private set; }

    /// <summary>Whether the field is a message, bytes or a string of that number.</summary>
    public readonly bool IsBlock(int field) => Field == field && WireType == WireFormat.WireType.LengthDelimited;

    /// <summary>Moves to the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="OnnxException">The bytes are no protobuf message (<see cref="DiagnosticIds.NotAModel"/>).</exception>
    public bool Next()
    {
        if (position == end)
        {
            return false;
        }

        FieldStart = position;
        ulong tag = ReadVarint();
        WireType = (WireFormat.WireType)(tag & 7);
        Field = tag >> 3 is > 0 and <= 536870911 ? (int)(tag >> 3) : throw Broken($"the field number {tag >> 3}");
        ContentStart = position;
        FieldEnd = WireType switch
        {
            WireFormat.WireType.Varint => EndOfVarint(),
            WireFormat.WireType.Fixed32 => Advance(4),
            WireFormat.WireType.Fixed64 => Advance(8),
            WireFormat.WireType.LengthDelimited => EndOfBlock(),
            _ => throw Broken($"the wire type {(int)WireType} of field {Field}"),
        };
        position = FieldEnd;
        return true;
    }

    private long EndOfVarint()
    {
        _ = ReadVarint();
        return position;
    }

    private long EndOfBlock()
    {
        ulong length = ReadVarint();
        ContentStart = position;
        return length <= (ulong)(end - position)
            ? position + (long)length
            : throw Broken($"a field {Field} of {length} bytes where {end - position} are left");
    }

    private readonly long Advance(int length) =>
        end - position >= length ? position + length : throw Broken($"a field {Field} of {length} bytes where {end - position} are left");

    private ulong ReadVarint()
    {
        ReadOnlySpan<byte> bytes = source.Slice(position, (int)Math.Min(10, end - position));
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                position += i + 1;
                return value;
            }
        }

        throw Broken("an unfinished number");
    }

    private readonly OnnxException Broken(string found) =>
        new(
            DiagnosticIds.NotAModel,
            found: $"{found} at byte {position}",
            expected: "a protobuf-encoded ONNX model",
            advice: "The file is damaged, cut short, or of another kind: get it again, or check that it is an .onnx file"
        );
}
