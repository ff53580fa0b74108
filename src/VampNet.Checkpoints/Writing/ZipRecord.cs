using System.Buffers;
using System.Buffers.Binary;

namespace VampNet.Checkpoints.Writing;

/// <summary>Builds one little-endian record of a zip archive.</summary>
internal sealed class ZipRecord
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64);

    public ZipRecord(uint signature) => UInt32(signature);

    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    public ZipRecord UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
        return this;
    }

    public ZipRecord UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public ZipRecord Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public ZipRecord Raw(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public ZipRecord Fill(byte value, int count)
    {
        _buffer.GetSpan(count)[..count].Fill(value);
        _buffer.Advance(count);
        return this;
    }
}
