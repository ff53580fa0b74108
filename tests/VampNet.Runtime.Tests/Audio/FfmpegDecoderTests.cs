using System.Diagnostics;
using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

/// <summary>The real program, where this machine has it; <see cref="AudioFileTests"/> has a stand-in for every machine.</summary>
public sealed class FfmpegDecoderTests : IDisposable
{
    private const int Rate = 44100;

    private static readonly string? Ffmpeg = FfmpegDecoder.Find(Environment.GetEnvironmentVariable("PATH"));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task ReadAsync_Flac_IsTheWaveSampleForSample()
    {
        AudioClip clip = await ReadAsync(await MakeAsync("a.flac"));

        Assert.Equal((Rate, 2), (clip.SampleRate, clip.Channels.Count));
        Assert.Equal(Tones().Channels[0].Select(Rounded), clip.Channels[0]);
        Assert.Equal(Tones().Channels[1].Select(Rounded), clip.Channels[1]);
    }

    [Theory]
    [InlineData("a.mp3")]
    [InlineData("a.ogg")]
    [InlineData("a.m4a")]
    public async Task ReadAsync_LossyFormat_SoundsAlike(string name)
    {
        AudioClip clip = await ReadAsync(await MakeAsync(name));

        Assert.Equal((Rate, 2), (clip.SampleRate, clip.Channels.Count));
        Assert.Equal(1, clip.Duration.TotalSeconds, 0.1);
        Assert.Equal(880, CountCrossings(clip.Channels[0]), 30.0);
        Assert.Equal(1320, CountCrossings(clip.Channels[1]), 40.0);
        Assert.Equal(Loudness.Measure(Tones()), Loudness.Measure(clip), 0.5);
    }

    [Fact]
    public async Task ReadAsync_NameThatLooksLikeAnOption_IsAFile()
    {
        string path = Path.Combine(_folder.Path, "-i http:x.flac");
        File.Copy(await MakeAsync("a.flac"), path);

        Assert.Equal(Rate, (await ReadAsync(path)).Length);
    }

    [Fact]
    public async Task ReadAsync_VideoWithoutSound_IsRefused()
    {
        string path = Path.Combine(_folder.Path, "silent.mp4");
        await RunAsync("-f", "lavfi", "-i", "color=d=0.2:s=16x16", "-c:v", "mpeg4", path);

        await RefusedAsync(path);
    }

    [Fact]
    public async Task ReadAsync_TruncatedFlac_IsRefusedAsAWhole()
    {
        string path = await MakeAsync("a.flac");
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);

        await RefusedAsync(path);
    }

    public void Dispose() => _folder.Dispose();

    private static AudioClip Tones() => new(Rate, Tone(440), Tone(660));

    private static float[] Tone(double frequency) =>
        [.. Enumerable.Range(0, Rate).Select(index => 0.4f * (float)Math.Sin(2 * Math.PI * frequency * (index + 0.5) / Rate))];

    // What 16 bits keep of a sample.
    private static float Rounded(float sample) => (float)(Math.Round((double)sample * 32768) / 32768);

    private static int CountCrossings(float[] samples) => samples.Zip(samples.Skip(1)).Count(pair => pair.First < 0 != pair.Second < 0);

    private static Task<AudioClip> ReadAsync(string path) => FfmpegDecoder.ReadAsync(Ffmpeg!, path, TestContext.Current.CancellationToken);

    private static async Task RefusedAsync(string path) =>
        Assert.Equal("VNR0108", (await Assert.ThrowsAsync<RuntimeException>(() => ReadAsync(path))).Id);

    /// <summary>A second of two tones in the format that the name tells.</summary>
    private async Task<string> MakeAsync(string name)
    {
        string wave = Path.Combine(_folder.Path, "tones.wav"),
            path = Path.Combine(_folder.Path, name);
        using (FileStream stream = File.Create(wave))
        {
            WavWriter.Write(stream, Tones(), WavEncoding.Pcm16);
        }

        await RunAsync("-i", wave, "-strict", "experimental", path);
        return path;
    }

    private static async Task RunAsync(params string[] arguments)
    {
        Assert.SkipWhen(Ffmpeg is null, "There is no ffmpeg on the PATH.");
        ProcessStartInfo start = new(Ffmpeg!, ["-v", "error", "-nostdin", "-y", .. arguments]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string complaint = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(process.ExitCode != 0, $"This ffmpeg cannot make the file: {complaint}");
    }
}
