using VampNet.Runtime.Audio;
using VampNet.Runtime.Audio.Formats;

namespace VampNet.Runtime.Tests.Audio.Formats;

/// <summary>Files made by the usual encoders, read without ffmpeg: an empty search path stands for a machine that lacks it.</summary>
public sealed class CompressedFileTests : IDisposable
{
    private const int Frames = 30_011;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 44100, 16, "-0")]
    [InlineData(2, 44100, 16, "-8")]
    [InlineData(2, 48000, 24, "-5")]
    [InlineData(2, 48000, 24, "--lax", "-l", "32", "-p")]
    [InlineData(1, 44100, 16, "-5", "-b", "1000")]
    [InlineData(1, 12345, 24, "--lax", "-r", "8", "-b", "4095")]
    [InlineData(2, 22050, 16, "-5", "--no-mid-side", "-e")]
    [InlineData(2, 44100, 16, "--adaptive-mid-side", "-3")]
    public async Task ReadAsync_Flac_IsTheWaveSampleForSample(int channels, int rate, int bits, params string[] options)
    {
        AudioClip sound = Sound(channels, rate);
        await Encoder.RunAsync("flac", ["-s", "-f", .. options, Wave(sound, bits), "-o", At("a.flac")]);

        AudioClip clip = await ReadAsync(At("a.flac"));

        AudioClip expected = await ReadAsync(At("in.wav"));
        Assert.Equal((rate, channels), (clip.SampleRate, clip.Channels.Count));
        Assert.All(expected.Channels.Zip(clip.Channels), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public async Task ReadAsync_FlacOfSixChannels_IsTheWaveSampleForSample()
    {
        await Encoder.RunAsync("ffmpeg", "-v", "error", "-y", "-i", Wave(Sound(6, 44100), 16), At("a.flac"));

        AudioClip clip = await ReadAsync(At("a.flac"));

        Assert.All((await ReadAsync(At("in.wav"))).Channels.Zip(clip.Channels), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public async Task ReadAsync_FlacOfEightBitsOfNoiseAndOfSilence_IsTheWaveSampleForSample()
    {
        // Noise is stored verbatim, silence as a constant, a coarse sound with bits to spare.
        var random = new Random(4);
        float[] samples =
        [
            .. Enumerable
                .Range(0, Frames)
                .Select(i =>
                    i < 9000 ? 0
                    : i < 20000 ? (random.Next(256) - 128) / 128f
                    : MathF.Round(MathF.Sin(i * 0.05f) * 8) / 16
                ),
        ];
        await Encoder.RunAsync("flac", "-s", "-f", Wave(new AudioClip(8000, [samples]), 16), "-o", At("a.flac"));

        Assert.Equal((await ReadAsync(At("in.wav"))).Channels[0], (await ReadAsync(At("a.flac"))).Channels[0]);
    }

    [Theory]
    [InlineData("pcm_s8", 8)]
    [InlineData("pcm_s16be", 16)]
    [InlineData("pcm_s24be", 24)]
    [InlineData("pcm_s32be", 32)]
    public async Task ReadAsync_Aiff_IsTheWaveSampleForSample(string codec, int bits)
    {
        await Encoder.RunAsync("ffmpeg", "-v", "error", "-y", "-i", Wave(Sound(2, 44100), 24), "-c:a", codec, "-f", "aiff", At("a.aif"));

        AudioClip clip = await ReadAsync(At("a.aif"));

        AudioClip expected = await ReadAsync(At("in.wav"));
        Assert.Equal((44100, 2, Frames), (clip.SampleRate, clip.Channels.Count, clip.Length));
        // Fewer bits than the wave's 24 are rounded by the encoder, some with dither: two steps.
        float step = bits >= 24 ? 0 : 2f / (1 << (bits - 1));
        Assert.All(expected.Channels[1].Zip(clip.Channels[1]), pair => Assert.InRange(pair.Second, pair.First - step, pair.First + step));
    }

    [Theory]
    [InlineData("lame", 2, 44100, "--quiet", "-b", "128")]
    [InlineData("lame", 2, 44100, "--quiet", "-V", "4")]
    [InlineData("lame", 1, 22050, "--quiet", "-b", "32", "--resample", "22.05")]
    [InlineData("lame", 2, 48000, "--quiet", "--abr", "160", "--id3v2-only", "--tt", "A title")]
    [InlineData("oggenc", 2, 44100, "-Q")]
    [InlineData("oggenc", 1, 32000, "-Q", "-q", "8")]
    public async Task ReadAsync_LossyFile_IsWhatFfmpegDecodes(string encoder, int channels, int rate, params string[] options)
    {
        string file = At(encoder == "lame" ? "a.mp3" : "a.ogg"),
            wave = Wave(Sound(channels, rate), 16);
        await Encoder.RunAsync(encoder, encoder == "lame" ? [.. options, wave, file] : [.. options, wave, "-o", file]);
        await Encoder.RunAsync("ffmpeg", "-v", "error", "-y", "-i", file, "-c:a", "pcm_f32le", At("decoded.wav"));

        AudioClip clip = await ReadAsync(file);

        AudioClip expected = await ReadAsync(At("decoded.wav"));
        Assert.Equal((rate, channels), (clip.SampleRate, clip.Channels.Count));
        // An encoder that leaves no facts, as lame at 32 kbit/s, leaves its padding.
        Assert.Equal(expected.Length, clip.Length);
        Assert.True(rate == 22050 || clip.Length == Frames);
        float[] differences =
        [
            .. expected
                .Channels.Zip(clip.Channels)
                .SelectMany(pair => pair.First.Zip(pair.Second, (first, second) => Math.Abs(first - second))),
        ];
        // The standard for MP3 calls 2^-14 of full scale accurate. NLayer is farther off in short blocks, which begin and end a sound.
        Assert.InRange(differences.Count(difference => difference > 1f / (1 << 14)), 0, encoder == "lame" ? differences.Length / 20 : 0);
        Assert.InRange(differences.Max(), 0, encoder == "lame" ? 1f / 64 : 1f / (1 << 14));
    }

    [Theory]
    [InlineData("flac")]
    [InlineData("lame")]
    [InlineData("oggenc")]
    [InlineData("aiff")]
    public async Task ReadAsync_FileCutAnywhere_IsRefusedWithThePlace(string encoder)
    {
        byte[] whole = await EncodeAsync(encoder);

        for (int part = 1; part < 40; part++)
        {
            RuntimeException error = await RefuseAsync(whole[..(whole.Length * part / 40)]);

            Assert.Equal("VNR0113", error.Id);
            Assert.Matches(@"from byte \d+", error.Message);
        }
    }

    [Theory]
    [InlineData("flac")]
    [InlineData("oggenc")]
    public async Task ReadAsync_OneBitOfAFileWithChecksumsFlipped_IsRefused(string encoder)
    {
        byte[] whole = await EncodeAsync(encoder);
        // Tags and tables at the start carry no sound.
        int first = encoder == "flac" ? FirstFlacFrame(whole) : 60;

        for (int part = 0; part < 60; part++)
        {
            byte[] damaged = [.. whole];
            int at = first + (int)((whole.Length - first) * (long)part / 60);
            damaged[at] ^= (byte)(1 << (part % 8));

            RuntimeException error = await RefuseAsync(damaged);

            Assert.True(error.Id is "VNR0113" or "VNR0114", error.Message);
            Assert.Matches(@"byte \d+", error.Message);
        }
    }

    [Theory]
    [InlineData("lame")]
    [InlineData("aiff")]
    [InlineData("flac")]
    [InlineData("oggenc")]
    public async Task ReadAsync_StretchOverwritten_IsReadOrRefusedButNeverCrashes(string encoder)
    {
        byte[] whole = await EncodeAsync(encoder);
        var random = new Random(9);
        for (int round = 0; round < 40; round++)
        {
            byte[] damaged = [.. whole];
            random.NextBytes(damaged.AsSpan(random.Next(damaged.Length - 600), 600));
            try
            {
                AudioFile.Read(damaged, "damaged");
            }
            catch (RuntimeException error)
            {
                Assert.Matches("^VNR01(0[1-7]|1[34])$", error.Id);
            }
        }
    }

    [Fact]
    public async Task ReadAsync_Mp3WithAFrameMissingItsHeader_IsRefusedWithThePlace()
    {
        byte[] whole = await EncodeAsync("lame");
        Assert.True(MpegFrame.TryRead(whole, out MpegFrame first));
        whole.AsSpan(first.Length, 4).Clear();

        RuntimeException error = await RefuseAsync(whole);

        Assert.Equal("VNR0114", error.Id);
        Assert.Contains($"at byte {first.Length} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_TagsAroundAnMp3_AreNoSound()
    {
        byte[] plain = await EncodeAsync("lame");
        byte[] tagged = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 2, .. new byte[130], .. plain, .. "TAG"u8, .. new byte[125]];

        Assert.Equal(AudioFile.Read(plain, "a").Channels[0], AudioFile.Read(tagged, "b").Channels[0]);
    }

    [Theory]
    [InlineData("a.opus", "-c:a", "libopus")]
    [InlineData("a.m4a", "-c:a", "aac")]
    public async Task ReadAsync_FormatOfNoReader_AsksForFfmpeg(string name, params string[] options)
    {
        await Encoder.RunAsync("ffmpeg", ["-v", "error", "-y", "-i", Wave(Sound(1, 48000), 16), .. options, At(name)]);

        RuntimeException error = await Assert.ThrowsAsync<RuntimeException>(() => ReadAsync(At(name)));

        Assert.Equal("VNR0107", error.Id);
    }

    private static int FirstFlacFrame(byte[] file)
    {
        int at = 4;
        while (file[at] < 128)
        {
            at += 4 + (file[at + 1] << 16) + (file[at + 2] << 8) + file[at + 3];
        }

        return at + 4 + (file[at + 1] << 16) + (file[at + 2] << 8) + file[at + 3];
    }

    private static AudioClip Sound(int channels, int rate)
    {
        var random = new Random(3);
        return new AudioClip(
            rate,
            [
                .. Enumerable
                    .Range(1, channels)
                    .Select(channel =>
                        Enumerable
                            .Range(0, Frames)
                            .Select(i => (0.4f * MathF.Sin(i * 0.03f * channel)) + (0.02f * ((float)random.NextDouble() - 0.5f)))
                            .ToArray()
                    ),
            ]
        );
    }

    private async Task<byte[]> EncodeAsync(string encoder)
    {
        string wave = Wave(Sound(2, 44100), 16),
            file = At("encoded");
        string[] arguments = encoder switch
        {
            "flac" => ["-s", "-f", wave, "-o", file],
            "lame" => ["--quiet", wave, file],
            "oggenc" => ["-Q", wave, "-o", file],
            _ => ["-v", "error", "-y", "-i", wave, "-f", "aiff", file],
        };
        await Encoder.RunAsync(encoder == "aiff" ? "ffmpeg" : encoder, arguments);
        return await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
    }

    private async Task<RuntimeException> RefuseAsync(byte[] contents)
    {
        string path = At("refused");
        await File.WriteAllBytesAsync(path, contents, TestContext.Current.CancellationToken);
        return await Assert.ThrowsAsync<RuntimeException>(() => ReadAsync(path));
    }

    private static Task<AudioClip> ReadAsync(string path) =>
        AudioFile.ReadAsync(path, searchPath: "", TestContext.Current.CancellationToken);

    private string At(string name) => Path.Combine(_folder.Path, name);

    private string Wave(AudioClip clip, int bits)
    {
        using FileStream file = File.Create(At("in.wav"));
        WavWriter.Write(file, clip, bits == 16 ? WavEncoding.Pcm16 : WavEncoding.Pcm24);
        return At("in.wav");
    }
}
