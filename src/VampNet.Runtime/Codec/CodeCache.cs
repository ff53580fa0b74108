using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VampNet.Runtime.Codec;

/// <summary>Keeps the codes of recordings that one encoder encoded not long ago, by the SHA-256 of their prepared samples. Where they do
/// not all fit, those used least recently are dropped. Thread-safe.</summary>
/// <param name="byteLimit">The most bytes that all codes together take.</param>
internal sealed class CodeCache(long byteLimit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = [];
    private long _bytes;

    /// <summary>Bytes of all codes that are kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Encodes as the encoder does, unless the codes of these samples are kept.</summary>
    /// <param name="encoder">The same for all calls, as is <paramref name="chunkFrames"/>.</param>
    /// <param name="samples">Mono audio at the codec's rate, one sample or more.</param>
    /// <param name="chunkFrames">Frames computed at once, context aside.</param>
    /// <param name="progress">Receives the frames done after each chunk; all of them at once for codes that are kept.</param>
    /// <param name="cancellationToken">Ends the work early; nothing is kept then.</param>
    /// <returns>[1,C,T], the caller's own.</returns>
    public TokenGrid<long> Encode(
        CodecEncoder encoder,
        ReadOnlyMemory<float> samples,
        int chunkFrames,
        IProgress<CodecProgress> progress,
        CancellationToken cancellationToken
    )
    {
        CodecProperties codec = encoder.Configuration;
        if ((long)samples.Length / codec.HopLength * codec.Codebooks * sizeof(long) > byteLimit)
        {
            return encoder.Encode(samples, chunkFrames, progress, cancellationToken);
        }

        string key = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(samples.Span)));
        if (Find(key) is { } kept)
        {
            progress.Report(new CodecProgress(kept.Frames, kept.Frames));
            return kept;
        }

        TokenGrid<long> codes = encoder.Encode(samples, chunkFrames, progress, cancellationToken);
        Add(key, codes);
        return codes;
    }

    /// <summary>A copy of the codes of a key; null where none are kept.</summary>
    internal TokenGrid<long>? Find(string key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out LinkedListNode<Entry>? entry))
            {
                return null;
            }

            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
            return entry.Value.Codes.Clone();
        }
    }

    /// <summary>Keeps a copy of codes, unless they alone take more than the limit.</summary>
    internal void Add(string key, TokenGrid<long> codes)
    {
        Entry entry = new(key, codes.Clone());
        if (entry.Bytes > byteLimit)
        {
            return;
        }

        lock (_lock)
        {
            // Two calls may have encoded the same recording at the same time.
            if (_entries.ContainsKey(key))
            {
                return;
            }

            _entries.Add(key, _byUse.AddFirst(entry));
            _bytes += entry.Bytes;
            while (_bytes > byteLimit)
            {
                Entry oldest = _byUse.Last!.Value;
                _byUse.RemoveLast();
                _entries.Remove(oldest.Key);
                _bytes -= oldest.Bytes;
            }
        }
    }

    private sealed record Entry(string Key, TokenGrid<long> Codes)
    {
        public long Bytes => (long)Codes.Values.Length * sizeof(long);
    }
}
