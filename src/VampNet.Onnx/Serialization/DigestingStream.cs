using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Writes to another stream and digests the same bytes by SHA-256, each on a thread of its own, while the next bytes are computed: the file
/// need not be read again. At most about <see cref="MostWaiting"/> bytes wait.
/// </summary>
internal sealed class DigestingStream : Stream
{
    /// <summary>Enough for a few of the largest weights to wait; small beside the memory of an export.</summary>
    private const long MostWaiting = 64 << 20;

    // Buffers go from one thread to another, which the shared pool keeps apart by thread: it would make new ones all the time.
    private readonly ArrayPool<byte> _buffers = ArrayPool<byte>.Create(int.MaxValue, 4);
    private readonly Channel<(byte[] Buffer, int Length)> _unwritten = MakeChannel();
    private readonly Channel<(byte[] Buffer, int Length)> _undigested = MakeChannel();
    private readonly ManualResetEventSlim _room = new(initialState: true);
    private readonly Stream _inner;
    private readonly Task _writing;
    private readonly Task<byte[]> _digesting;
    private long _waiting;
    private long _length;
    private volatile bool _ended;

    public DigestingStream(Stream inner)
    {
        _inner = inner;
        _writing = Task.Run(WriteAllAsync);
        _digesting = Task.Run(DigestAllAsync);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>How much was written, in bytes.</summary>
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
        _unwritten.Writer.Complete();
        _writing.GetAwaiter().GetResult();
        return Convert.ToHexStringLower(_digesting.GetAwaiter().GetResult());
    }

    /// <summary>Writes what a function puts into a buffer of the given length.</summary>
    public void WriteFilled<TState>(int length, TState state, SpanAction<byte, TState> fill)
    {
        byte[] buffer = _buffers.Rent(length);
        fill(buffer.AsSpan(0, length), state);
        Pass(buffer, length);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        byte[] copy = _buffers.Rent(buffer.Length);
        buffer.CopyTo(copy);
        Pass(copy, buffer.Length);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nothing may touch the other stream once this returns; what writing failed of is told by Complete.
            _unwritten.Writer.TryComplete();
            Task.WhenAll(_writing, _digesting).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            _room.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Channel<(byte[] Buffer, int Length)> MakeChannel() =>
        Channel.CreateUnbounded<(byte[], int)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private void Pass(byte[] buffer, int length)
    {
        _length += length;
        _room.Wait();
        if (_ended)
        {
            // Writing ends before Complete only by failing.
            _writing.GetAwaiter().GetResult();
        }

        if (Interlocked.Add(ref _waiting, length) > MostWaiting)
        {
            _room.Reset();
            // All of it may have been taken between the two lines above.
            if (_ended || Interlocked.Read(ref _waiting) <= MostWaiting)
            {
                _room.Set();
            }
        }

        _unwritten.Writer.TryWrite((buffer, length));
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
            _ended = true;
            _undigested.Writer.Complete();
            _room.Set();
        }
    }

    private async Task<byte[]> DigestAllAsync()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach ((byte[] buffer, int length) in _undigested.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            hash.AppendData(buffer, 0, length);
            _buffers.Return(buffer);
            if (Interlocked.Add(ref _waiting, -length) <= MostWaiting)
            {
                _room.Set();
            }
        }

        return hash.GetHashAndReset();
    }
}
