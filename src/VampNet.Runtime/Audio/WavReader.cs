using System.Buffers.Binary;
using System.Text;

namespace VampNet.Runtime.Audio;

/// <summary>
/// Reads RIFF WAVE: integers of 8, 16, 24 and 32 bits, floats of 32 and 64 bits, plain and extensible headers, any channel count and rate
/// up to
/// 1 MHz. Chunks other than <c>fmt </c> and the first <c>data</c> are skipped.
/// </summary>
/// <remarks>No length in the file is trusted: memory grows with the bytes that the stream really has.</remarks>
internal static class WavReader
{
    /// <summary>Size that a writer to a pipe leaves, since it cannot go back to fill it in: the data reach to the end.</summary>
    private const uint UntilTheEnd = uint.MaxValue;

    private const int FramesAtOnce = 4096;

    /// <summary>Reads the clip that <paramref name="stream"/> holds from its present position.</summary>
    /// <param name="stream">Needs reading only, not seeking.</param>
    /// <param name="source">Name of the stream in messages, usually a file name.</param>
    /// <exception cref="RuntimeException">
    /// VNR0101: not a WAVE. VNR0102: it ends early. VNR0103 and VNR0104: see the format. VNR0105: no sound in it.
    /// </exception>
    public static AudioClip Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[12];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length || !IsWave(header))
        {
            throw new RuntimeException(
                RuntimeErrorIds.NotAWaveFile,
                found: $"{(read == 0 ? "nothing" : "something else")} where '{source}' should begin",
                expected: "a RIFF WAVE file",
                advice: "Check that it is audio and was copied whole"
            );
        }

        WavFormat? format = null;
        while (true)
        {
            read = stream.ReadAtLeast(header[..8], 8, throwOnEndOfStream: false);
            if (read == 0)
            {
                throw NoSound(source, format is null ? "neither a format nor a data chunk" : "no data chunk");
            }

            if (read < 8)
            {
                throw Truncated(source, "a chunk header", read, 8);
            }

            string name = Encoding.Latin1.GetString(header[..4]);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            switch (name)
            {
                case "fmt ":
                    byte[] body = new byte[Math.Min(size, 40)];
                    ReadWhole(stream, body, name, source);
                    format = WavFormat.Parse(body, source);
                    Skip(stream, (long)size - body.Length + (size & 1), name, source);
                    break;
                case "data":
                    return ReadData(stream, format ?? throw NoSound(source, "data before any format chunk"), size, source);
                default:
                    Skip(stream, (long)size + (size & 1), name, source);
                    break;
            }
        }
    }

    /// <summary>Whether these first 12 bytes of a file are those of RIFF WAVE.</summary>
    internal static bool IsWave(ReadOnlySpan<byte> start) =>
        start.Length >= 12 && start[..4].SequenceEqual("RIFF"u8) && start[8..12].SequenceEqual("WAVE"u8);

    private static AudioClip ReadData(Stream stream, WavFormat format, uint size, string source)
    {
        bool open = size == UntilTheEnd;
        if (!open && size % (uint)format.FrameBytes != 0)
        {
            throw Truncated(source, "the last frame", size % format.FrameBytes, format.FrameBytes);
        }

        // Allocates the stated size, but at most the file's real size; for a pipe the buffer grows as samples arrive.
        long held = stream.CanSeek ? Math.Min(size, stream.Length - stream.Position) : 0;
        float[][] channels = new float[format.Channels][];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            channels[channel] = new float[held / format.FrameBytes];
        }

        byte[] block = new byte[FramesAtOnce * format.FrameBytes];
        int frames = 0;
        for (long left = open ? long.MaxValue : size; left > 0; )
        {
            int wanted = (int)Math.Min(left, block.Length);
            int read = stream.ReadAtLeast(block.AsSpan(0, wanted), wanted, throwOnEndOfStream: false),
                whole = read / format.FrameBytes;
            if (read < wanted && !(open && read % format.FrameBytes == 0))
            {
                throw open
                    ? Truncated(source, "the last frame", read % format.FrameBytes, format.FrameBytes)
                    : Truncated(source, "the data", size - left + read, size);
            }

            Deinterleave(block.AsSpan(0, read), format, channels, frames, whole);
            frames += whole;
            left = read < wanted ? 0 : left - read;
        }

        for (int channel = 0; channel < channels.Length; channel++)
        {
            Array.Resize(ref channels[channel], frames);
        }

        return frames == 0 ? throw NoSound(source, "a data chunk of 0 frames") : new AudioClip(format.SampleRate, channels);
    }

    private static void Deinterleave(ReadOnlySpan<byte> block, WavFormat format, float[][] channels, int start, int frames)
    {
        for (int channel = 0; channel < channels.Length; channel++)
        {
            if (channels[channel].Length < start + frames)
            {
                Array.Resize(ref channels[channel], checked(2 * start + frames));
            }

            format.Decode(block, channel, channels[channel].AsSpan(start, frames));
        }
    }

    private static void Skip(Stream stream, long count, string chunk, string source)
    {
        Span<byte> discarded = stackalloc byte[512];
        for (long left = count; left > 0; )
        {
            int read = stream.Read(discarded[..(int)Math.Min(left, discarded.Length)]);
            // Many writers omit the padding byte of an odd last chunk.
            if (read == 0 && left > 1)
            {
                throw Truncated(source, $"the chunk '{chunk}'", count - left, count);
            }

            if (read == 0)
            {
                return;
            }

            left -= read;
        }
    }

    private static void ReadWhole(Stream stream, Span<byte> body, string chunk, string source)
    {
        int read = stream.ReadAtLeast(body, body.Length, throwOnEndOfStream: false);
        if (read < body.Length)
        {
            throw Truncated(source, $"the chunk '{chunk}'", read, body.Length);
        }
    }

    private static RuntimeException Truncated(string source, string where, long found, long expected) =>
        new(
            RuntimeErrorIds.WaveCut,
            found: $"{found} bytes of {where} in '{source}'",
            expected: $"{expected}",
            advice: "The file is cut short; copy or export it again"
        );

    private static RuntimeException NoSound(string source, string found) =>
        new(
            RuntimeErrorIds.NoSound,
            found: $"{found} in '{source}'",
            expected: "a format and at least one frame of data",
            advice: "The recording is empty; export it again"
        );
}
