using System.Text;

namespace VampNet.Runtime.Tests.Audio;

/// <summary>Lays WAVE files out byte by byte, so that a test can lie in any field.</summary>
internal static class WavBytes
{
    public static byte[] File(params byte[][] chunks) =>
        [.. "RIFF"u8, .. Number(4 + chunks.Sum(chunk => chunk.Length), 4), .. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];

    public static byte[] Chunk(string name, byte[] body, long? size = null) =>
        [.. Encoding.ASCII.GetBytes(name), .. Number(size ?? body.Length, 4), .. body, .. new byte[body.Length % 2]];

    public static byte[] Format(int tag, int channels, long rate, int bits, int? frameBytes = null)
    {
        int frame = frameBytes ?? channels * bits / 8;
        return
        [
            .. Number(tag, 2),
            .. Number(channels, 2),
            .. Number(rate, 4),
            .. Number(rate * frame, 4),
            .. Number(frame, 2),
            .. Number(bits, 2),
        ];
    }

    public static byte[] Extensible(int subTag, int channels, int rate, int bits) =>
        [
            .. Format(0xFFFE, channels, rate, bits),
            .. Number(22, 2),
            .. Number(bits, 2),
            .. Number(0, 4),
            .. Number(subTag, 2),
            0,
            0,
            0,
            0,
            0x10,
            0,
            0x80,
            0,
            0,
            0xAA,
            0,
            0x38,
            0x9B,
            0x71,
        ];

    public static byte[] Number(long value, int bytes) => [.. BitConverter.GetBytes(value).Take(bytes)];
}
