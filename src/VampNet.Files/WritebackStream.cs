using System.Runtime.InteropServices;

namespace VampNet.Files;

/// <summary>
/// Writes a new file and has the disk begin with each part while the next is computed: the flush at the end then waits for the last parts
/// alone. Only Linux can be asked for that; elsewhere the flush waits for the whole file.
/// </summary>
internal sealed partial class WritebackStream(FileStream file) : Stream
{
    /// <summary>About what a disk writes while a core computes as much: long enough for one transfer, short enough that little is left to
    /// wait for.</summary>
    private const long PartLength = 16 << 20;

    /// <summary>Of one call that writes tens of megabytes, Linux makes pages so large that finding memory for them took up to eight times
    /// the processor time of the copy.</summary>
    private const int LongestWrite = 1 << 20;

    private const uint BeginWriting = 2;

    private readonly bool _begins = OperatingSystem.IsLinux() && FileCalls.IsFlushing;
    private long _begun;

    public override bool CanRead => false;

    public override bool CanSeek => file.CanSeek;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (; buffer.Length > LongestWrite; buffer = buffer[LongestWrite..])
        {
            file.Write(buffer[..LongestWrite]);
        }

        file.Write(buffer);
        long end = file.Position;
        if (_begins && end - _begun >= PartLength)
        {
            // A file system that cannot do it says so; the flush at the end does all the work then.
            _ = BeginRange(file.SafeFileHandle, _begun, end - _begun, BeginWriting);
            _begun = end;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => file.WriteByte(value);

    public override void Flush() => file.Flush();

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => file.SetLength(value);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int BeginRange(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, long length, uint flags);
}
