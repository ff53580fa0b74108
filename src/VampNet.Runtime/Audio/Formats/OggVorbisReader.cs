using System.Buffers.Binary;
using NVorbis;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>Reads Ogg Vorbis, decoded by NVorbis, after a check of every page, because decoders skip damaged pages silently.</summary>
/// <remarks>Source: RFC 3533, 6: pages with a checksum, a number and a mark on the last.</remarks>
internal static class OggVorbisReader
{
    private const int HeaderBytes = 27,
        LastPage = 4,
        SamplesAtOnce = 1 << 14;

    private static readonly uint[] Checksums = BuildChecksums();

    /// <summary>Reads a whole file.</summary>
    /// <param name="contents">The file.</param>
    /// <param name="source">Name of the file in messages.</param>
    /// <exception cref="RuntimeException">VNR0105: no sound. VNR0113: cut short. VNR0114: damaged.</exception>
    public static AudioClip Read(byte[] contents, string source)
    {
        Check(contents, source);
        try
        {
            using var stream = new MemoryStream(contents, writable: false);
            using var decoder = new VorbisReader(stream, false) { ClipSamples = false };
            var samples = new SampleBuffer(decoder.Channels);
            float[] block = new float[SamplesAtOnce / decoder.Channels * decoder.Channels];
            while (decoder.ReadSamples(block, 0, block.Length) is > 0 and int read)
            {
                samples.Append(block.AsSpan(0, read));
            }

            return samples.ToClip(decoder.SampleRate, source);
        }
        catch (Exception problem) when (problem is not (RuntimeException or OutOfMemoryException))
        {
            throw AudioDamage.Damaged(source, "Vorbis packets that do not decode", 0, "an undamaged Vorbis stream", problem);
        }
    }

    private static void Check(ReadOnlySpan<byte> contents, string source)
    {
        uint serial = BinaryPrimitives.ReadUInt32LittleEndian(contents[14..]);
        uint expected = 0;
        for (int at = 0, page = 0; ; page++)
        {
            if (contents.Length - at < HeaderBytes)
            {
                throw AudioDamage.Truncated(
                    source,
                    at == contents.Length ? "the Ogg stream, without its last page" : $"Ogg page {page}",
                    at
                );
            }

            ReadOnlySpan<byte> header = contents[at..];
            if (!header.StartsWith("OggS"u8))
            {
                throw AudioDamage.Damaged(source, "no page header", at, $"the header of Ogg page {page}");
            }

            int table = HeaderBytes + header[26];
            int length = table;
            for (int segment = HeaderBytes; segment < Math.Min(table, header.Length); segment++)
            {
                length += header[segment];
            }

            if (length > header.Length)
            {
                throw AudioDamage.Truncated(source, $"Ogg page {page}", at);
            }

            if (Checksum(header[..length]) != BinaryPrimitives.ReadUInt32LittleEndian(header[22..]))
            {
                throw AudioDamage.Damaged(source, "a page whose checksum differs", at, $"an undamaged Ogg page {page}");
            }

            // Pages of other streams, such as pictures, may lie between.
            if (BinaryPrimitives.ReadUInt32LittleEndian(header[14..]) == serial)
            {
                uint number = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
                if (number != expected)
                {
                    throw AudioDamage.Damaged(source, $"page number {number}", at, $"{expected}");
                }

                expected++;
                if ((header[5] & LastPage) != 0)
                {
                    return;
                }
            }

            at += length;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        uint sum = 0;
        for (int i = 0; i < page.Length; i++)
        {
            // The checksum's own bytes count as 0.
            byte value = i is >= 22 and < 26 ? (byte)0 : page[i];
            sum = (sum << 8) ^ Checksums[(sum >> 24) ^ value];
        }

        return sum;
    }

    private static uint[] BuildChecksums()
    {
        uint[] table = new uint[256];
        for (uint value = 0; value < table.Length; value++)
        {
            uint sum = value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum << 1) ^ ((sum & 0x80000000) != 0 ? 0x04C11DB7u : 0);
            }

            table[value] = sum;
        }

        return table;
    }
}
