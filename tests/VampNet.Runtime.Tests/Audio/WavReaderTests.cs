using VampNet.Runtime.Audio;
using static VampNet.Runtime.Tests.Audio.WavBytes;

namespace VampNet.Runtime.Tests.Audio;

public sealed class WavReaderTests
{
    public static TheoryData<int, int, byte[], float[]> Samples =>
        new()
        {
            { 1, 8, [0, 128, 255], [-1f, 0f, 127 / 128f] },
            { 1, 16, [0, 0x80, 0, 0, 0xFF, 0x7F], [-1f, 0f, 32767 / 32768f] },
            { 1, 24, [0, 0, 0x80, 1, 0, 0, 0xFF, 0xFF, 0x7F], [-1f, 1 / 8388608f, 8388607 / 8388608f] },
            { 1, 32, [0, 0, 0, 0x80, 0, 0, 0, 0x40, 0, 0, 0, 0xC0], [-1f, 0.5f, -0.5f] },
            {
                3,
                32,
                [.. BitConverter.GetBytes(0.25f), .. BitConverter.GetBytes(-3f), .. BitConverter.GetBytes(1e-30f)],
                [0.25f, -3f, 1e-30f]
            },
            { 3, 64, [.. BitConverter.GetBytes(0.25), .. BitConverter.GetBytes(-3.0), .. BitConverter.GetBytes(0.1)], [0.25f, -3f, 0.1f] },
        };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Read_EverySampleFormat_GivesItsValues(int tag, int bits, byte[] data, float[] expected)
    {
        foreach (byte[] format in new[] { Format(tag, 1, 22050, bits), Extensible(tag, 1, 22050, bits) })
        {
            AudioClip clip = Read(File(Chunk("fmt ", format), Chunk("data", data)));

            Assert.Equal(22050, clip.SampleRate);
            Assert.Equal(expected, Assert.Single(clip.Channels));
        }
    }

    [Fact]
    public void Read_ThreeChannels_SeparatesThem()
    {
        AudioClip clip = Read(File(Chunk("fmt ", Format(1, 3, 8000, 8)), Chunk("data", [0, 64, 128, 192, 32, 96])));

        Assert.Equal(
            [
                [-1f, 0.5f],
                [-0.5f, -0.75f],
                [0f, -0.25f],
            ],
            clip.Channels
        );
    }

    [Fact]
    public void Read_OddChunksAround_SkipsThem()
    {
        byte[] file = File(
            Chunk("LIST", [1, 2, 3]),
            Chunk("fmt ", Format(1, 1, 8000, 8)),
            Chunk("JUNK", []),
            Chunk("fact", new byte[5]),
            Chunk("data", [192])
        );

        Assert.Equal([0.5f], Read(file).Channels[0]);
        Assert.Equal([0.5f], Read(file[..^1]).Channels[0]);
    }

    [Fact]
    public void Read_LongerThanOneBlock_ReadsAll()
    {
        byte[] data = [.. Enumerable.Range(0, 10_000).Select(index => (byte)(index % 251))];

        Assert.Equal(
            data.Select(value => (value - 128) / 128f),
            Read(File(Chunk("fmt ", Format(1, 1, 8000, 8)), Chunk("data", data))).Channels[0]
        );
    }

    [Fact]
    public void Read_DataOfUnstatedSize_ReadsToTheEnd()
    {
        byte[] file = File(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", [0, 0x40, 0, 0xC0], uint.MaxValue));

        Assert.Equal([0.5f, -0.5f], Read(file).Channels[0]);
    }

    public static TheoryData<string, string, byte[]> Hostile =>
        new()
        {
            { "VNR0101", "nothing", [] },
            { "VNR0101", "RIFF WAVE", [.. "<html><head></head></html>"u8] },
            { "VNR0101", "RIFF WAVE", [.. "RIFF"u8, 4, 0, 0, 0, .. "AVI "u8] },
            { "VNR0102", "chunk header", [.. File(Chunk("fmt ", Format(1, 1, 8000, 8))), 1, 2, 3] },
            { "VNR0102", "the chunk 'fmt '", File([.. "fmt "u8, 16, 0, 0, 0, 1, 0]) },
            { "VNR0102", "the chunk 'LIST'", File(Chunk("LIST", [1, 2], 0xFFFFFFF0)) },
            { "VNR0102", "the data", File(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [1, 2, 3, 4], 0xFFFFFFF0)) },
            { "VNR0102", "last frame", File(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [1, 2, 3, 4, 5, 6])) },
            {
                "VNR0102",
                "2 bytes of the last frame",
                File(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [1, 2, 3, 4, 5, 6], uint.MaxValue))
            },
            { "VNR0103", "14 bytes", File(Chunk("fmt ", Format(1, 1, 8000, 8)[..14])) },
            { "VNR0103", "WAVE_FORMAT_EXTENSIBLE in 18 bytes", File(Chunk("fmt ", Extensible(1, 1, 8000, 8)[..18])) },
            { "VNR0103", "0 channels", File(Chunk("fmt ", Format(1, 0, 8000, 8))) },
            { "VNR0103", "0 samples per second", File(Chunk("fmt ", Format(1, 1, 0, 8))) },
            { "VNR0103", "4294967295 samples per second", File(Chunk("fmt ", Format(1, 1, uint.MaxValue, 8))) },
            { "VNR0103", "5 bytes a frame", File(Chunk("fmt ", Format(1, 2, 8000, 16, frameBytes: 5))) },
            { "VNR0104", "A-law", File(Chunk("fmt ", Format(6, 1, 8000, 8))) },
            { "VNR0104", "mu-law", File(Chunk("fmt ", Extensible(7, 1, 8000, 8))) },
            { "VNR0104", "PCM of 12 bits", File(Chunk("fmt ", Format(1, 2, 8000, 12))) },
            { "VNR0104", "codec 0x0161", File(Chunk("fmt ", Format(0x161, 1, 8000, 16))) },
            { "VNR0104", "unknown sub-format", File(Chunk("fmt ", [.. Extensible(1, 1, 8000, 16)[..39], 0])) },
            { "VNR0105", "neither", File() },
            { "VNR0105", "no data chunk", File(Chunk("fmt ", Format(1, 1, 8000, 8))) },
            { "VNR0105", "before any format", File(Chunk("data", [1])) },
            { "VNR0105", "0 frames", File(Chunk("fmt ", Format(1, 1, 8000, 8)), Chunk("data", [])) },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_FileThatLies_IsRefused(string id, string says, byte[] file)
    {
        RuntimeException error = Assert.Throws<RuntimeException>(() => Read(file));

        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message);
        Assert.Contains("Expected", error.Message);
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        byte[] file = File(Chunk("LIST", [1, 2]), Chunk("fmt ", Format(3, 2, 8000, 32)), Chunk("data", new byte[16]));

        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<RuntimeException>(() => Read(file[..length]));
        }
    }

    [Fact]
    public void Read_AnyByteChanged_IsReadOrRefused()
    {
        byte[] file = File(Chunk("LIST", [1, 2]), Chunk("fmt ", Extensible(1, 2, 8000, 16)), Chunk("data", new byte[16]));
        for (int at = 0; at < file.Length; at++)
        {
            foreach (byte value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
            {
                byte[] changed = [.. file];
                changed[at] = value;
                Exception? outcome = Record.Exception(() => Read(changed));
                Assert.True(outcome is null or RuntimeException, $"{outcome} at {at}");
            }
        }
    }

    [Fact]
    public void Read_StreamWithoutALength_IsTheSame()
    {
        byte[] data = [.. Enumerable.Range(0, 50_000).Select(index => (byte)(index % 251))];
        byte[] file = File(Chunk("fmt ", Format(1, 2, 8000, 8)), Chunk("data", data, uint.MaxValue));
        using System.IO.Compression.BrotliStream pipe = new(
            new MemoryStream(Compress(file)),
            System.IO.Compression.CompressionMode.Decompress
        );

        Assert.Equal(Read(file).Channels, WavReader.Read(pipe, "pipe").Channels);

        static byte[] Compress(byte[] bytes)
        {
            MemoryStream stream = new();
            using (System.IO.Compression.BrotliStream brotli = new(stream, System.IO.Compression.CompressionLevel.Fastest))
            {
                brotli.Write(bytes);
            }

            return stream.ToArray();
        }
    }

    private static AudioClip Read(byte[] file) => WavReader.Read(new MemoryStream(file), "clip.wav");
}
