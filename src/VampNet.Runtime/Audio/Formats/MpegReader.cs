using System.Buffers.Binary;
using NLayer;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>Reads MPEG audio, decoded by NLayer, after a check of all frames, because decoders skip damage silently.</summary>
internal static class MpegReader
{
    private const int SamplesAtOnce = 1 << 14;

    /// <summary>Reads a whole file.</summary>
    /// <param name="contents">The file.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="RuntimeException">VNR0105: no sound. VNR0113: cut short. VNR0114: damaged.</exception>
    public static AudioClip Read(byte[] contents, string source)
    {
        int start = AudioSignature.Id3Length(contents);
        (int end, MpegInfo info) = Check(contents, start, source);
        // The frame of facts holds no sound. NLayer would take the padding from one kind of file, and not from another.
        start += info.Length;
        try
        {
            using var stream = new MemoryStream(contents, start, end - start, writable: false);
            using var decoder = new MpegFile(stream);
            var samples = new SampleBuffer(decoder.Channels) { Skipped = info.SamplesBefore };
            float[] block = new float[SamplesAtOnce / decoder.Channels * decoder.Channels];
            while (decoder.ReadSamples(block, 0, block.Length) is > 0 and int read)
            {
                samples.Append(block.AsSpan(0, read));
            }

            return samples.ToClip(decoder.SampleRate, source, info.SamplesAfter);
        }
        catch (Exception problem) when (problem is not (RuntimeException or OutOfMemoryException))
        {
            throw AudioDamage.Damaged(source, "MPEG frames that do not decode", start, "undamaged frames", problem);
        }
    }

    private static (int End, MpegInfo Info) Check(ReadOnlySpan<byte> contents, int start, string source)
    {
        if (start >= contents.Length)
        {
            throw AudioDamage.Truncated(source, "the ID3 tag", 0);
        }

        int end = EndOfFrames(contents);
        MpegFrame first = default;
        MpegInfo info = default;
        int frames = 0;
        for (int at = start; at < end; frames++)
        {
            if (!contents[at..end].ContainsAnyExcept((byte)0))
            {
                break;
            }

            if (!MpegFrame.TryRead(contents[at..end], out MpegFrame frame))
            {
                throw end - at < 4
                    ? AudioDamage.Truncated(source, $"MPEG frame {frames}", at)
                    : AudioDamage.Damaged(source, "no frame header", at, $"the header of MPEG frame {frames}");
            }

            if (frames == 0)
            {
                first = frame;
                info = MpegInfo.Read(contents[at..Math.Min(end, at + frame.Length)], frame);
            }
            else if ((frame.Version, frame.Layer, frame.SampleRate) != (first.Version, first.Layer, first.SampleRate))
            {
                throw AudioDamage.Damaged(
                    source,
                    $"a frame of layer {frame.Layer} at {frame.SampleRate} Hz",
                    at,
                    $"layer {first.Layer} at {first.SampleRate} Hz, as in the frames before"
                );
            }

            if (frame.Length > end - at)
            {
                throw AudioDamage.Truncated(source, $"MPEG frame {frames}", at);
            }

            at += frame.Length;
        }

        int sounding = frames - (info.Length > 0 ? 1 : 0);
        return info.Frames <= sounding
            ? (end, info)
            : throw AudioDamage.Truncated(source, $"the sound, after {sounding} of {info.Frames} frames", start);
    }

    /// <summary>Offset of the tags at the end.</summary>
    private static int EndOfFrames(ReadOnlySpan<byte> contents)
    {
        int end = contents.Length;
        if (end >= 128 && contents[(end - 128)..].StartsWith("TAG"u8))
        {
            end -= 128;
        }

        if (end >= 32 && contents[(end - 32)..].StartsWith("APETAGEX"u8))
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(contents[(end - 20)..]);
            bool hasHeader = contents[end - 9] >= 0x80;
            end = (int)Math.Max(0, end - size - (hasHeader ? 32 : 0));
        }

        return end;
    }
}
