using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace VampNet.Onnx.Tensors;

/// <summary>
/// A file mapped read-only into memory. Pages are read when touched and belong to the file cache, not to the process.
/// Only <see cref="Dispose"/> unmaps it, never the garbage collector, for a span does not keep its map alive.
/// A file that another program shortens while it is mapped faults on access; the operating system offers no way to prevent that.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private bool _disposed;

    private MappedFile(string path, long length, MemoryMappedFile? file, MemoryMappedViewAccessor? view)
    {
        Path = path;
        Length = length;
        _file = file;
        _view = view;
        if (view is not null)
        {
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += view.PointerOffset;
        }
    }

    /// <summary>The file's path, for messages.</summary>
    public string Path { get; }

    /// <summary>The file's length in bytes when it was mapped.</summary>
    public long Length { get; }

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static MappedFile Open(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        long length = RandomAccess.GetLength(handle);
        if (length == 0)
        {
            return new MappedFile(path, 0, null, null);
        }

        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            handle,
            null,
            0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: true
        );
        return new MappedFile(path, length, file, file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
    }

    /// <summary>The bytes from <paramref name="offset"/> on; the caller has checked that they lie in the file.</summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length, nameof(length));
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Unmaps the file: slices of it must not be touched afterwards.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        _file?.Dispose();
    }
}
