using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VampNet.Files;

/// <summary>Linux's statx: kind, volume and number of a file. Its record is the same on every processor, unlike that of stat.</summary>
internal static partial class FileStatus
{
    private const int RecordLength = 256;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint TypeAndNumber = 0x101;

    public static bool TryRead(string path, out FileIdentity identity) => TryRead(CurrentFolder, path, 0, out identity);

    public static bool TryRead(SafeFileHandle handle, out FileIdentity identity) =>
        TryRead(handle.DangerousGetHandle().ToInt32(), "", EmptyPath, out identity);

    private static bool TryRead(int folder, string path, int flags, out FileIdentity identity)
    {
        identity = default;
        byte[] record = new byte[RecordLength];
        try
        {
            if (Status(folder, path, flags, TypeAndNumber, record) != 0)
            {
                return false;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // The C library is too old to have statx.
            return false;
        }

        ulong volume =
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(136)) << 32)
            | BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(140));
        ushort mode = BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(28));
        identity = new(KindOf(mode), volume, BinaryPrimitives.ReadUInt64LittleEndian(record.AsSpan(32)));
        return true;
    }

    // The file type is the mode's highest four bits (POSIX: S_IFMT).
    private static FileKind KindOf(ushort mode) =>
        (mode >> 12) switch
        {
            0x8 => FileKind.File,
            0x4 => FileKind.Folder,
            0x1 => FileKind.Pipe,
            0x2 or 0x6 => FileKind.Device,
            0xC => FileKind.Socket,
            _ => FileKind.None,
        };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Status(int folder, string path, int flags, uint mask, [Out] byte[] record);
}
