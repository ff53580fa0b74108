using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>Reads FLAC of 4 to 32 bits and 1 to 8 channels, and checks every frame and the whole by their checksums.</summary>
/// <remarks>Source: RFC 9639. No package with a FLAC decoder for .NET restores here: docs/decisions/0003-own-audio.md.</remarks>
internal static class FlacReader
{
    private const int StreamInfoBytes = 34,
        MostSampleRate = 1_000_000;

    /// <summary>Reads a whole file.</summary>
    /// <param name="contents">The file.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="RuntimeException">VNR0105: no sound. VNR0113: cut short. VNR0114: damaged.</exception>
    public static AudioClip Read(ReadOnlySpan<byte> contents, string source)
    {
        int start = AudioSignature.Id3Length(contents) + 4;
        (int firstFrame, StreamInfo info) = ReadMetadata(contents, start, source);
        var samples = new SampleBuffer(info.Channels);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        long done = 0;
        for (int at = firstFrame, frame = 0; info.Frames == 0 ? at < contents.Length : done < info.Frames; frame++)
        {
            try
            {
                at = ReadFrame(contents, at, info, samples, digest, ref done);
            }
            catch (InvalidDataException problem)
            {
                throw AudioDamage.Damaged(source, problem.Message, at, $"FLAC frame {frame}", problem);
            }
            catch (EndOfStreamException)
            {
                throw AudioDamage.Truncated(source, $"FLAC frame {frame}", at);
            }
        }

        if (info.Frames > 0 && done != info.Frames)
        {
            throw AudioDamage.Damaged(source, $"{done} samples in each channel", firstFrame, $"{info.Frames}");
        }

        byte[] found = digest.GetHashAndReset();
        if (info.Digest.AsSpan().ContainsAnyExcept((byte)0) && !found.AsSpan().SequenceEqual(info.Digest))
        {
            throw AudioDamage.Damaged(
                source,
                $"samples of the MD5 {Convert.ToHexStringLower(found)}",
                firstFrame,
                Convert.ToHexStringLower(info.Digest)
            );
        }

        return samples.ToClip(info.SampleRate, source);
    }

    private static (int FirstFrame, StreamInfo Info) ReadMetadata(ReadOnlySpan<byte> contents, int start, string source)
    {
        StreamInfo? info = null;
        for (long at = start; ; )
        {
            if (at + 4 > contents.Length)
            {
                throw AudioDamage.Truncated(source, "the FLAC metadata", start);
            }

            uint header = BinaryPrimitives.ReadUInt32BigEndian(contents[(int)at..]);
            int length = (int)(header & 0xFFFFFF);
            if (at + 4 + length > contents.Length)
            {
                throw AudioDamage.Truncated(source, "a FLAC metadata block", at);
            }

            if (((header >> 24) & 127) == 0 && length == StreamInfoBytes)
            {
                info = StreamInfo.Parse(contents.Slice((int)at + 4, length), source, at);
            }

            at += 4 + length;
            if (header >> 31 != 0)
            {
                return (
                    (int)at,
                    info
                        ?? throw AudioDamage.Damaged(
                            source,
                            "no stream information",
                            start,
                            "stream information as the first metadata block"
                        )
                );
            }
        }
    }

    private static int ReadFrame(
        ReadOnlySpan<byte> contents,
        int start,
        StreamInfo info,
        SampleBuffer samples,
        IncrementalHash digest,
        ref long done
    )
    {
        var bits = new FlacBits(contents, start);
        FlacFrameHeader header = FlacFrameHeader.Read(ref bits, contents);
        int depth = header.Depth == 0 ? info.Depth : header.Depth;
        if (header.Channels != info.Channels || depth != info.Depth || (header.SampleRate != 0 && header.SampleRate != info.SampleRate))
        {
            throw new InvalidDataException($"a frame of {header.Channels} channels, {depth} bits and {header.SampleRate} Hz");
        }

        long[][] channels = new long[header.Channels][];
        for (int channel = 0; channel < channels.Length; channel++)
        {
            channels[channel] = new long[header.BlockSize];
            // A difference of two channels takes one bit more.
            bool isDifference = header.Stereo is 8 or 10 ? channel == 1 : header.Stereo == 9 && channel == 0;
            FlacSubframe.Decode(ref bits, channels[channel], isDifference ? depth + 1 : depth);
        }

        bits.Align();
        int end = bits.Position;
        if (bits.Read(16) != FlacFrameHeader.Checksum16(contents[start..end]))
        {
            throw new InvalidDataException("a frame whose checksum differs");
        }

        Separate(channels, header.Stereo);
        Append(channels, info, samples, digest);
        done += header.BlockSize;
        return bits.Position;
    }

    private static void Separate(long[][] channels, int stereo)
    {
        for (int i = 0; stereo >= 8 && i < channels[0].Length; i++)
        {
            (long first, long second) = (channels[0][i], channels[1][i]);
            (channels[0][i], channels[1][i]) = stereo switch
            {
                8 => (first, first - second),
                9 => (first + second, second),
                // The mean's lowest bit was dropped; it equals the lowest bit of the difference.
                _ => (((first << 1) + (second & 1) + second) >> 1, ((first << 1) + (second & 1) - second) >> 1),
            };
        }
    }

    private static void Append(long[][] channels, StreamInfo info, SampleBuffer samples, IncrementalHash digest)
    {
        int bytes = (info.Depth + 7) / 8;
        float scale = 1f / (1L << (info.Depth - 1));
        float[] interleaved = new float[channels.Length * channels[0].Length];
        byte[] hashed = new byte[interleaved.Length * bytes];
        for (int i = 0; i < interleaved.Length; i++)
        {
            long value = channels[i % channels.Length][i / channels.Length];
            interleaved[i] = value * scale;
            for (int part = 0; part < bytes; part++)
            {
                hashed[(i * bytes) + part] = (byte)(value >> (8 * part));
            }
        }

        samples.Append(interleaved);
        digest.AppendData(hashed);
    }

    /// <summary>The properties that all frames share.</summary>
    private sealed record StreamInfo(int SampleRate, int Channels, int Depth, long Frames, byte[] Digest)
    {
        public static StreamInfo Parse(ReadOnlySpan<byte> block, string source, long offset)
        {
            ulong packed = BinaryPrimitives.ReadUInt64BigEndian(block[10..]);
            StreamInfo info = new(
                (int)(packed >> 44),
                ((int)(packed >> 41) & 7) + 1,
                ((int)(packed >> 36) & 31) + 1,
                (long)(packed & 0xFFFFFFFFF),
                block[18..34].ToArray()
            );
            return info.SampleRate is > 0 and <= MostSampleRate && info.Depth >= 4
                ? info
                : throw AudioDamage.Damaged(
                    source,
                    $"{info.SampleRate} Hz and {info.Depth} bits",
                    offset,
                    $"1 to {MostSampleRate} Hz and 4 to 32 bits"
                );
        }
    }
}
