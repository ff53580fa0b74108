using System.Buffers.Binary;

namespace VampNet.Runtime.Audio;

/// <summary>The contents of a <c>fmt </c> chunk: how the bytes of the <c>data</c> chunk become samples.</summary>
/// <param name="IsFloat">IEEE floats rather than integers.</param>
/// <param name="Channels">Samples in a frame.</param>
/// <param name="SampleRate">Frames per second.</param>
/// <param name="BytesPerSample">1, 2, 3, 4 or 8.</param>
internal readonly record struct WavFormat(bool IsFloat, int Channels, int SampleRate, int BytesPerSample)
{
    private const int Pcm = 1,
        Float = 3,
        Extensible = 0xFFFE;
    private const int MaximumSampleRate = 1_000_000;

    // The last 14 bytes that every sub-format of WAVE_FORMAT_EXTENSIBLE shares: the first two are the format tag.
    private static ReadOnlySpan<byte> SubFormatTail => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Bytes in one frame: a sample of every channel.</summary>
    public int FrameBytes => Channels * BytesPerSample;

    /// <summary>Reads the chunk's body: 16 bytes, or 40 for WAVE_FORMAT_EXTENSIBLE.</summary>
    /// <exception cref="RuntimeException">VNR0103: the fields contradict each other. VNR0104: a codec this reader does not
    /// know.</exception>
    public static WavFormat Parse(ReadOnlySpan<byte> body, string source)
    {
        if (body.Length < 16)
        {
            throw Inconsistent(source, $"a chunk of {body.Length} bytes", "at least 16");
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(body);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
        uint sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(body[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(body[14..]);
        if (tag == Extensible)
        {
            if (body.Length < 40)
            {
                throw Inconsistent(source, $"WAVE_FORMAT_EXTENSIBLE in {body.Length} bytes", "40");
            }

            tag = body[26..40].SequenceEqual(SubFormatTail) ? BinaryPrimitives.ReadUInt16LittleEndian(body[24..]) : -1;
        }

        bool supported = tag == Pcm ? bits is 8 or 16 or 24 or 32 : tag == Float && bits is 32 or 64;
        if (!supported)
        {
            throw new RuntimeException(
                RuntimeErrorIds.WaveCodecUnsupported,
                found: $"{Describe(tag)} of {bits} bits in the format of '{source}'",
                expected: "PCM of 8, 16, 24 or 32 bits, or IEEE float of 32 or 64 bits",
                advice: "Convert the file to one of these"
            );
        }

        if (channels == 0)
        {
            throw Inconsistent(source, "0 channels", "at least 1");
        }

        if (sampleRate is 0 or > MaximumSampleRate)
        {
            throw Inconsistent(source, $"{sampleRate} samples per second", $"1 to {MaximumSampleRate}");
        }

        if (frameBytes != channels * bits / 8)
        {
            throw Inconsistent(source, $"{frameBytes} bytes a frame", $"{channels * bits / 8} for {channels} channels of {bits} bits");
        }

        return new WavFormat(tag == Float, channels, (int)sampleRate, bits / 8);
    }

    /// <summary>Decodes one channel of frames; integers become -1 up to, not including, 1.</summary>
    /// <param name="frames">At least as many frames as <paramref name="samples"/>.</param>
    /// <param name="channel">From 0.</param>
    /// <param name="samples">Written.</param>
    public void Decode(ReadOnlySpan<byte> frames, int channel, Span<float> samples)
    {
        (int at, int step) = (channel * BytesPerSample, FrameBytes);
        // Most recordings have 16 bits: without a choice for each sample, reading takes half the time.
        if (BytesPerSample == sizeof(short))
        {
            for (int frame = 0; frame < samples.Length; frame++, at += step)
            {
                samples[frame] = BinaryPrimitives.ReadInt16LittleEndian(frames[at..]) / 32768f;
            }

            return;
        }

        for (int frame = 0; frame < samples.Length; frame++, at += step)
        {
            samples[frame] = Decode(frames[at..]);
        }
    }

    private float Decode(ReadOnlySpan<byte> bytes) =>
        (BytesPerSample, IsFloat) switch
        {
            (1, _) => (bytes[0] - 128) / 128f,
            (3, _) => (bytes[0] | bytes[1] << 8 | (sbyte)bytes[2] << 16) / 8388608f,
            (4, false) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
            (4, true) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };

    private static string Describe(int tag) =>
        tag switch
        {
            Pcm => "PCM",
            2 => "Microsoft ADPCM",
            Float => "IEEE float",
            6 => "A-law",
            7 => "mu-law",
            0x11 => "IMA ADPCM",
            0x55 => "MP3",
            -1 => "an unknown sub-format",
            _ => $"codec 0x{tag:X4}",
        };

    private static RuntimeException Inconsistent(string source, string found, string expected) =>
        new(
            RuntimeErrorIds.WaveContradicts,
            found: $"{found} in the format of '{source}'",
            expected: $"{expected}",
            advice: "The file is damaged; export it again"
        );
}
