using System.IO.MemoryMappedFiles;

namespace VampNet.Checkpoints.Storages;

/// <summary>A file mapped into memory: pages come in when they are read, and belong to the page cache, not to this process.</summary>
/// <remarks>Shortening a file while it is mapped ends the process, as with any memory map.</remarks>
internal sealed unsafe class MappedFile : ByteSource
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    private MappedFile(string path, FileStream stream)
        : base(path)
    {
        Length = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public override long Length { get; }

    /// <summary>Maps the file. An empty file, which no system maps, is given as no bytes.</summary>
    public static ByteSource Open(string path)
    {
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            if (stream.Length > 0)
            {
                return new MappedFile(path, stream);
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        stream.Dispose();
        return new MemoryBytes(path, ReadOnlyMemory<byte>.Empty);
    }

    public override void Dispose()
    {
        if (_start is null)
        {
            return;
        }

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    protected override ReadOnlySpan<byte> SliceCore(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_start is null, typeof(Checkpoint));
        return new ReadOnlySpan<byte>(_start + offset, length);
    }
}
