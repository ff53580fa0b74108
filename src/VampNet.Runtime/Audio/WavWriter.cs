using System.Buffers.Binary;

namespace VampNet.Runtime.Audio;

/// <summary>Writes RIFF WAVE: 16 and 24-bit integers, and 32-bit floats.</summary>
public static class WavWriter
{
    private const int FramesAtOnce = 4096;

    /// <summary>Writes <paramref name="clip"/> to <paramref name="stream"/>, which needs writing only, not seeking.</summary>
    /// <exception cref="RuntimeException">VNR0110: a sample is not finite. VNR0106: more bytes than a WAVE can count.</exception>
    public static void Write(Stream stream, AudioClip clip, WavEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(clip);
        clip.RequireFinite();
        int bytes = encoding switch
        {
            WavEncoding.Pcm16 => 2,
            WavEncoding.Pcm24 => 3,
            _ => 4,
        };
        int frameBytes = bytes * clip.Channels.Count;
        stream.Write(Header(clip, encoding == WavEncoding.Float32, bytes, CountBytes(clip.Length, frameBytes)));

        byte[] block = new byte[FramesAtOnce * frameBytes];
        for (int start = 0; start < clip.Length; start += FramesAtOnce)
        {
            int frames = Math.Min(FramesAtOnce, clip.Length - start);
            for (int frame = 0; frame < frames; frame++)
            {
                for (int channel = 0; channel < clip.Channels.Count; channel++)
                {
                    Encode(clip.Channels[channel][start + frame], encoding, block.AsSpan(frame * frameBytes + channel * bytes));
                }
            }

            stream.Write(block, 0, frames * frameBytes);
        }

        if ((long)clip.Length * frameBytes % 2 != 0)
        {
            stream.WriteByte(0);
        }
    }

    /// <summary>The size of the data, which with its header must fit the 32 bits a RIFF file has for it.</summary>
    /// <exception cref="RuntimeException">VNR0106: it does not.</exception>
    internal static uint CountBytes(long frames, int frameBytes)
    {
        long bytes = frames * frameBytes;
        return bytes <= uint.MaxValue - 64
            ? (uint)bytes
            : throw new RuntimeException(
                RuntimeErrorIds.TooLongForWave,
                found: $"{bytes} bytes of audio to write",
                expected: "less than 4 GiB, which is all that a WAVE file holds",
                advice: "Write shorter pieces"
            );
    }

    private static byte[] Header(AudioClip clip, bool isFloat, int bytesPerSample, uint dataBytes)
    {
        // A format other than PCM also states that its extension is empty, and its length in frames ("fact").
        int formatBytes = isFloat ? 18 : 16;
        byte[] header = new byte[12 + 8 + formatBytes + (isFloat ? 12 : 0) + 8];
        Span<byte> at = header;
        Put(ref at, "RIFF"u8, (uint)(header.Length - 8) + dataBytes + (dataBytes & 1));
        "WAVE"u8.CopyTo(at);
        at = at[4..];
        Put(ref at, "fmt "u8, (uint)formatBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)(isFloat ? 3 : 1));
        BinaryPrimitives.WriteUInt16LittleEndian(at[2..], checked((ushort)clip.Channels.Count));
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], clip.SampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(at[8..], (uint)((long)clip.SampleRate * clip.Channels.Count * bytesPerSample));
        BinaryPrimitives.WriteUInt16LittleEndian(at[12..], checked((ushort)(clip.Channels.Count * bytesPerSample)));
        BinaryPrimitives.WriteUInt16LittleEndian(at[14..], (ushort)(bytesPerSample * 8));
        at = at[formatBytes..];
        if (isFloat)
        {
            Put(ref at, "fact"u8, 4);
            BinaryPrimitives.WriteInt32LittleEndian(at, clip.Length);
            at = at[4..];
        }

        Put(ref at, "data"u8, dataBytes);
        return header;
    }

    private static void Put(ref Span<byte> at, ReadOnlySpan<byte> name, uint size)
    {
        name.CopyTo(at);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], size);
        at = at[8..];
    }

    private static void Encode(float sample, WavEncoding encoding, Span<byte> destination)
    {
        switch (encoding)
        {
            case WavEncoding.Pcm16:
                BinaryPrimitives.WriteInt16LittleEndian(destination, (short)Quantize(sample, 32768));
                break;
            case WavEncoding.Pcm24:
                int value = Quantize(sample, 8388608);
                (destination[0], destination[1], destination[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                break;
            default:
                BinaryPrimitives.WriteSingleLittleEndian(destination, sample);
                break;
        }
    }

    private static int Quantize(float sample, int scale) => (int)Math.Clamp(Math.Round((double)sample * scale), -scale, scale - 1);
}
