using System.IO.Hashing;
using System.Text;

namespace VampNet.Checkpoints.Writing;

/// <summary>Writes a zip archive of stored entries byte for byte as PyTorch does: data aligned to 64 bytes, no times, zip64 end
/// records.</summary>
/// <remarks>caffe2/serialize/inline_container.cc, getPadding and PyTorchStreamWriter; PKWARE APPNOTE 6.3.10 for the records. The stream
/// need not seek.</remarks>
internal sealed class ZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const uint InZip64 = 0xFFFFFFFF;
    private readonly List<Entry> _entries = [];
    private long _position;

    public void Add(string name, ReadOnlySpan<byte> data)
    {
        Entry entry = new(Encoding.UTF8.GetBytes(name), Crc32.HashToUInt32(data), (uint)data.Length, _position);
        _entries.Add(entry);
        WriteLocalHeader(entry);
        Write(data);
        if (data.Length > 0)
        {
            Write(new ZipRecord(0x08074b50).UInt32(entry.Crc32).UInt32(entry.Length).UInt32(entry.Length).Bytes);
        }
    }

    /// <summary>Writes the directory and the end records.</summary>
    public void Finish()
    {
        long directory = _position;
        foreach (Entry entry in _entries)
        {
            WriteDirectoryEntry(entry);
        }

        long end = _position;
        long length = end - directory;
        Write(
            new ZipRecord(0x06064b50)
                .Int64(44)
                .UInt16(0x031e)
                .UInt16(45)
                .UInt32(0)
                .UInt32(0)
                .Int64(_entries.Count)
                .Int64(_entries.Count)
                .Int64(length)
                .Int64(directory)
                .Bytes
        );
        Write(new ZipRecord(0x07064b50).UInt32(0).Int64(end).UInt32(1).Bytes);
        ushort count = (ushort)Math.Min(_entries.Count, ushort.MaxValue);
        Write(
            new ZipRecord(0x06054b50).UInt32(0).UInt16(count).UInt16(count).UInt32(Narrow(length)).UInt32(Narrow(directory)).UInt16(0).Bytes
        );
    }

    /// <summary>The extra field 'FB' pads the header so that the data starts at a multiple of 64 bytes.</summary>
    private void WriteLocalHeader(Entry entry)
    {
        long dataAt = _position + 30 + entry.Name.Length + 4;
        int padding = (int)((Alignment - dataAt % Alignment) % Alignment);
        Write(
            new ZipRecord(0x04034b50)
                .UInt16(0)
                .UInt16(entry.Flags)
                .UInt16(0)
                .UInt32(0)
                .UInt32(0)
                .UInt32(0)
                .UInt32(0)
                .UInt16((ushort)entry.Name.Length)
                .UInt16((ushort)(4 + padding))
                .Raw(entry.Name)
                .Raw("FB"u8)
                .UInt16((ushort)padding)
                .Fill((byte)'Z', padding)
                .Bytes
        );
    }

    private void WriteDirectoryEntry(Entry entry)
    {
        bool far = entry.Offset >= InZip64;
        ZipRecord record = new ZipRecord(0x02014b50)
            .UInt16(0)
            .UInt16((ushort)(far ? 45 : 0))
            .UInt16(entry.Flags)
            .UInt16(0)
            .UInt32(0)
            .UInt32(entry.Crc32)
            .UInt32(entry.Length)
            .UInt32(entry.Length)
            .UInt16((ushort)entry.Name.Length)
            .UInt16((ushort)(far ? 12 : 0))
            .UInt16(0)
            .UInt16(0)
            .UInt16(0)
            .UInt32(0)
            .UInt32(Narrow(entry.Offset))
            .Raw(entry.Name);
        Write((far ? record.UInt16(1).UInt16(8).Int64(entry.Offset) : record).Bytes);
    }

    private static uint Narrow(long value) => (uint)Math.Min(value, InZip64);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }

    /// <summary>Flags say that names are UTF-8 and, but for empty entries, that sizes follow the data.</summary>
    private sealed record Entry(byte[] Name, uint Crc32, uint Length, long Offset)
    {
        public ushort Flags => (ushort)(Length > 0 ? 0x0808 : 0x0800);
    }
}
