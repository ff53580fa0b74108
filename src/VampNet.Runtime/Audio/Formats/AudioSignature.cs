using System.Buffers.Binary;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>Recognizes an audio file's format by its first bytes, whatever its name.</summary>
internal static class AudioSignature
{
    /// <summary>Number of leading bytes that detection needs, not counting ID3 tags.</summary>
    private const int OggStart = 35;

    /// <summary>Detects the format of a file with these contents.</summary>
    /// <param name="contents">The whole file: an ID3 tag at its start may be long.</param>
    public static AudioFormat Detect(ReadOnlySpan<byte> contents)
    {
        if (WavReader.IsWave(contents))
        {
            return AudioFormat.Wave;
        }

        if (contents.StartsWith("OggS"u8))
        {
            // A first page has one segment, and the packet's type follows its table.
            return contents.Length >= OggStart && contents[28..35].SequenceEqual("\u0001vorbis"u8)
                ? AudioFormat.OggVorbis
                : AudioFormat.Unknown;
        }

        if (contents.Length >= 12 && contents.StartsWith("FORM"u8))
        {
            return contents[8..12].SequenceEqual("AIFF"u8) || IsPlainAifc(contents) ? AudioFormat.Aiff : AudioFormat.Unknown;
        }

        ReadOnlySpan<byte> afterTag = contents[Math.Min(Id3Length(contents), contents.Length)..];
        if (afterTag.StartsWith("fLaC"u8))
        {
            return AudioFormat.Flac;
        }

        // A file that ends within its tag is a truncated MP3.
        return MpegFrame.TryRead(afterTag, out _) || (afterTag.IsEmpty && contents.StartsWith("ID3"u8))
            ? AudioFormat.Mpeg
            : AudioFormat.Unknown;
    }

    /// <summary>Bytes that an ID3v2 tag takes at the start; 0 without one.</summary>
    public static int Id3Length(ReadOnlySpan<byte> contents)
    {
        if (contents.Length < 10 || !contents.StartsWith("ID3"u8))
        {
            return 0;
        }

        // Four times seven bits; a footer repeats the header.
        int size = ((contents[6] & 127) << 21) | ((contents[7] & 127) << 14) | ((contents[8] & 127) << 7) | (contents[9] & 127);
        return 10 + size + ((contents[5] & 0x10) != 0 ? 10 : 0);
    }

    // AIFF-C whose samples are not compressed has NONE in its common chunk, usually the chunk after the version.
    private static bool IsPlainAifc(ReadOnlySpan<byte> contents)
    {
        if (!contents[8..12].SequenceEqual("AIFC"u8))
        {
            return false;
        }

        for (long at = 12; at + 30 <= contents.Length; )
        {
            ReadOnlySpan<byte> chunk = contents[(int)at..];
            if (chunk.StartsWith("COMM"u8))
            {
                return chunk[26..30].SequenceEqual("NONE"u8);
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
            at += 8 + (long)size + (size & 1);
        }

        return false;
    }
}
