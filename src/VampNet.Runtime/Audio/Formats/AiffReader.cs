using System.Buffers.Binary;
using NAudio.Wave;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>Reads AIFF with integer samples, decoded by NAudio, after a check of its chunks' lengths.</summary>
internal static class AiffReader
{
    private const int SamplesAtOnce = 1 << 14;

    /// <summary>Reads a whole file.</summary>
    /// <param name="contents">The file.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="RuntimeException">VNR0105: no sound. VNR0113: cut short. VNR0114: damaged.</exception>
    public static AudioClip Read(byte[] contents, string source)
    {
        Check(contents, source);
        try
        {
            using var stream = new MemoryStream(contents, writable: false);
            using var decoder = new AiffFileReader(stream);
            ISampleProvider provider = decoder.ToSampleProvider();
            int channels = provider.WaveFormat.Channels;
            var samples = new SampleBuffer(channels);
            float[] block = new float[Math.Max(1, SamplesAtOnce / channels) * channels];
            while (provider.Read(block.AsSpan()) is > 0 and int read)
            {
                samples.Append(block.AsSpan(0, read));
            }

            return samples.ToClip(provider.WaveFormat.SampleRate, source);
        }
        catch (Exception problem) when (problem is not (RuntimeException or OutOfMemoryException))
        {
            throw AudioDamage.Damaged(
                source,
                $"an AIFF that does not decode ({problem.Message})",
                0,
                "integer samples of 8 to 32 bits",
                problem
            );
        }
    }

    private static void Check(ReadOnlySpan<byte> contents, string source)
    {
        long at = 12;
        (int channels, uint frames, int bits) = (0, 0, 0);
        while (at + 8 <= contents.Length)
        {
            ReadOnlySpan<byte> chunk = contents[(int)at..];
            uint size = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
            if (size > chunk.Length - 8)
            {
                throw AudioDamage.Truncated(source, $"the chunk '{System.Text.Encoding.Latin1.GetString(chunk[..4])}'", at);
            }

            if (chunk.StartsWith("COMM"u8) && size >= 18)
            {
                channels = BinaryPrimitives.ReadUInt16BigEndian(chunk[8..]);
                frames = BinaryPrimitives.ReadUInt32BigEndian(chunk[10..]);
                bits = BinaryPrimitives.ReadUInt16BigEndian(chunk[14..]);
                if (channels == 0 || bits is not (8 or 16 or 24 or 32))
                {
                    throw AudioDamage.Damaged(
                        source,
                        $"{channels} channels of {bits} bits",
                        at,
                        "at least 1 channel of 8, 16, 24 or 32 bits"
                    );
                }
            }
            else if (chunk.StartsWith("SSND"u8))
            {
                long expected = 8 + ((long)frames * channels * (bits / 8));
                if (size < expected || size < 8)
                {
                    throw AudioDamage.Damaged(source, $"a sound chunk of {size} bytes", at, $"{expected} for {frames} frames");
                }
            }

            at += 8 + (long)size + (size & 1);
        }

        if (channels == 0)
        {
            throw AudioDamage.Truncated(source, "the AIFF, without a whole common chunk", 0);
        }
    }
}
