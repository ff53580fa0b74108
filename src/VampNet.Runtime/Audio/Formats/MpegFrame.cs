using System.Buffers.Binary;

namespace VampNet.Runtime.Audio.Formats;

/// <summary>The header of one MPEG audio frame: how long it is, and what must be alike in all frames of a file.</summary>
/// <param name="Version">0 for MPEG 1, 1 for MPEG 2, 2 for MPEG 2.5.</param>
/// <param name="Layer">1 to 3.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Length">Bytes of the frame, header included.</param>
/// <remarks>Source: ISO/IEC 11172-3, 2.4.1.3 and 13818-3; MPEG 2.5 is an extension to lower rates that all decoders know.</remarks>
internal readonly record struct MpegFrame(int Version, int Layer, int SampleRate, int Length)
{
    private static readonly int[] Rates = [44100, 48000, 32000];

    // Kilobits per second for the indices 1 to 14.
    private static readonly int[] Layer1 = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        Layer2 = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        Layer3 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        LowLayer1 = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        LowLayers = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    /// <summary>Reads the header at the start of <paramref name="bytes"/>; false where there is none, or one without a stated bit
    /// rate.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MpegFrame frame)
    {
        frame = default;
        if (bytes.Length < 4)
        {
            return false;
        }

        uint header = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        (int version, int layer, int bits, int rate, int padding) = (
            (int)(header >> 19) & 3,
            4 - ((int)(header >> 17) & 3),
            (int)(header >> 12) & 15,
            (int)(header >> 10) & 3,
            (int)(header >> 9) & 1
        );
        if (header >> 21 != 0x7FF || version == 1 || layer == 4 || bits is 0 or 15 || rate == 3)
        {
            return false;
        }

        int generation = version switch
        {
            3 => 0,
            2 => 1,
            _ => 2,
        };
        int sampleRate = Rates[rate] >> generation;
        int kilobits = Table(generation, layer)[bits - 1];
        int slots = layer == 3 && generation > 0 ? 72 : 144;
        int length = layer == 1 ? ((12_000 * kilobits / sampleRate) + padding) * 4 : (slots * 1000 * kilobits / sampleRate) + padding;
        frame = new MpegFrame(generation, layer, sampleRate, length);
        return true;
    }

    private static int[] Table(int generation, int layer) =>
        (generation, layer) switch
        {
            (0, 1) => Layer1,
            (0, 2) => Layer2,
            (0, _) => Layer3,
            (_, 1) => LowLayer1,
            _ => LowLayers,
        };
}
