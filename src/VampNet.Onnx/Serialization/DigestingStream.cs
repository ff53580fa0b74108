using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Writes to another stream and digests the same bytes by SHA-256, each on a thread of its own, while the next bytes are computed: the file
/// need not be read again. It holds three buffers of the longest piece.
/// </summary>
internal sealed class DigestingStream : Stream
{
    private const int Buffers = 3;

    /// <summary>Small pieces are gathered until they are as long as this.</summary>
    private const int Gathered = 1 << 20;

    private readonly Channel<byte[]> _free = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<(byte[] Buffer, int Length)> _unwritten = Channel.CreateUnbounded<(byte[], int)>();
    private readonly Channel<(byte[] Buffer, int Length)> _undigested = Channel.CreateUnbounded<(byte[], int)>();
    private readonly byte[][] _buffers;
    private readonly Stream _inner;
    private readonly Task _writing;
    private readonly Task<byte[]> _digesting;
    private byte[]? _current;
    private int _filled;
    private long _length;

    /// <param name="inner">Written by another thread until <see cref="Complete"/> returns.</param>
    /// <param name="longest">The longest piece that <see cref="WriteFilled"/> will write, in bytes.</param>
    public DigestingStream(Stream inner, int longest)
    {
        _inner = inner;
        // Rented and returned by one thread: the shared pool keeps buffers for each.
        _buffers = [.. Enumerable.Range(0, Buffers).Select(_ => ArrayPool<byte>.Shared.Rent(Math.Max(longest, Gathered)))];
        Array.ForEach(_buffers, buffer => _free.Writer.TryWrite(buffer));
        _writing = Task.Run(WriteAllAsync);
        _digesting = Task.Run(DigestAllAsync);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>Number of bytes written.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Waits until all is written, and gives its SHA-256, lower-case hexadecimal. Nothing can be written afterwards.</summary>
    /// <exception cref="IOException">The other stream could not be written.</exception>
    public string Complete()
    {
        Pass();
        _unwritten.Writer.Complete();
        _writing.GetAwaiter().GetResult();
        return Convert.ToHexStringLower(_digesting.GetAwaiter().GetResult());
    }

    /// <summary>Writes what a function puts into a span of the given length, which the function must fill.</summary>
    public void WriteFilled<TState>(int length, TState state, SpanAction<byte, TState> fill)
    {
        fill(Reserve(length), state);
        Advance(length);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (int length; !buffer.IsEmpty; buffer = buffer[length..])
        {
            length = Math.Min(Gathered, buffer.Length);
            buffer[..length].CopyTo(Reserve(length));
            Advance(length);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
        // What is gathered goes on by itself; the file is flushed once all of it is there.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nothing may touch the other stream or the buffers once this returns. Why writing failed is told elsewhere.
            _unwritten.Writer.TryComplete();
            Task.WhenAll(_writing, _digesting).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            Array.ForEach(_buffers, buffer => ArrayPool<byte>.Shared.Return(buffer));
        }

        base.Dispose(disposing);
    }

    private Span<byte> Reserve(int length)
    {
        if (_current is not null && length > _current.Length - _filled)
        {
            Pass();
        }

        _current ??= Take();
        return _current.AsSpan(_filled, length);
    }

    private void Advance(int length)
    {
        _filled += length;
        _length += length;
        if (_filled >= Gathered)
        {
            Pass();
        }
    }

    private byte[] Take()
    {
        ValueTask<byte[]> free = _free.Reader.ReadAsync();
        try
        {
            return free.IsCompleted ? free.Result : free.AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException)
        {
            // Writing ends before Complete only by failing.
            _writing.GetAwaiter().GetResult();
            throw;
        }
    }

    private void Pass()
    {
        if (_current is { } buffer)
        {
            _unwritten.Writer.TryWrite((buffer, _filled));
            (_current, _filled) = (null, 0);
        }
    }

    private async Task WriteAllAsync()
    {
        try
        {
            await foreach ((byte[] buffer, int length) in _unwritten.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                _inner.Write(buffer.AsSpan(0, length));
                _undigested.Writer.TryWrite((buffer, length));
            }
        }
        finally
        {
            _undigested.Writer.Complete();
        }
    }

    private async Task<byte[]> DigestAllAsync()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await foreach ((byte[] buffer, int length) in _undigested.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                hash.AppendData(buffer, 0, length);
                _free.Writer.TryWrite(buffer);
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            _free.Writer.Complete();
        }
    }
}
