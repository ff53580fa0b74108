namespace VampNet.Runtime.Audio.Formats;

/// <summary>The header of one FLAC frame.</summary>
/// <param name="BlockSize">Samples in each channel.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="Stereo">8: left and difference; 9: difference and right; 10: mean and difference; less: channels as they are.</param>
/// <param name="Depth">Bits of a sample; 0 where only the stream's header says.</param>
/// <param name="SampleRate">Samples per second; 0 where only the stream's header says.</param>
/// <remarks>Source: RFC 9639, 9.1.</remarks>
internal readonly record struct FlacFrameHeader(int BlockSize, int Channels, int Stereo, int Depth, int SampleRate)
{
    private static readonly int[] Depths = [0, 8, 12, -1, 16, 20, 24, 32];
    private static readonly int[] Rates = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];

    /// <summary>Reads the header.</summary>
    /// <param name="bits">Stands at its start, and then after its end.</param>
    /// <param name="bytes">The file, for the checksum.</param>
    /// <exception cref="InvalidDataException">There is none, or it contradicts the format.</exception>
    /// <exception cref="EndOfStreamException">The file ends within it.</exception>
    public static FlacFrameHeader Read(ref FlacBits bits, ReadOnlySpan<byte> bytes)
    {
        int start = bits.Position;
        if (bits.Read(15) != 0x7FFC)
        {
            throw new InvalidDataException("no frame header");
        }

        bits.Read(1);
        int size = (int)bits.Read(4),
            rate = (int)bits.Read(4),
            channels = (int)bits.Read(4),
            depth = (int)bits.Read(3);
        bits.Read(1);
        SkipNumber(ref bits);
        int blockSize = size switch
        {
            0 => throw new InvalidDataException("a reserved block size"),
            1 => 192,
            <= 5 => 144 << size,
            6 => (int)bits.Read(8) + 1,
            7 => (int)bits.Read(16) + 1,
            _ => 1 << size,
        };
        int sampleRate = rate switch
        {
            12 => (int)bits.Read(8) * 1000,
            13 => (int)bits.Read(16),
            14 => (int)bits.Read(16) * 10,
            15 => throw new InvalidDataException("a reserved sample rate"),
            _ => Rates[rate],
        };
        int end = bits.Position;
        if (bits.Read(8) != Checksum8(bytes[start..end]))
        {
            throw new InvalidDataException("a frame header whose checksum differs");
        }

        if (channels > 10 || Depths[depth] < 0)
        {
            throw new InvalidDataException("a reserved channel assignment or sample size");
        }

        return new FlacFrameHeader(blockSize, channels < 8 ? channels + 1 : 2, channels, Depths[depth], sampleRate);
    }

    /// <summary>The checksum at a frame's end, over all before it.</summary>
    public static ushort Checksum16(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
        {
            sum ^= (uint)value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum << 1) ^ ((sum & 0x8000) != 0 ? 0x8005u : 0);
            }
        }

        return (ushort)sum;
    }

    private static byte Checksum8(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
        {
            sum ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                sum = (sum << 1) ^ ((sum & 0x80) != 0 ? 0x07u : 0);
            }
        }

        return (byte)sum;
    }

    // The frame's or first sample's number, in the form of UTF-8: the samples' order in the file says the same.
    private static void SkipNumber(ref FlacBits bits)
    {
        int ones = 0;
        while (ones < 8 && bits.Read(1) == 1)
        {
            ones++;
        }

        if (ones is 1 or 8)
        {
            throw new InvalidDataException("a frame number that is none");
        }

        bits.Read(7 - ones);
        for (int i = 1; i < ones; i++)
        {
            if (bits.Read(2) != 2)
            {
                throw new InvalidDataException("a frame number that is none");
            }

            bits.Read(6);
        }
    }
}
