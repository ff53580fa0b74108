using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class AudioFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-audio-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a.wav", true)]
    [InlineData("folder.txt/A.FLAC", true)]
    [InlineData("a.m4a", true)]
    [InlineData("a.safetensors", false)]
    [InlineData("wav", false)]
    public void IsSound_Name_IsToldByItsExtension(string path, bool expected) => Assert.Equal(expected, AudioFile.IsSound(path));

    [Fact]
    public async Task ReadAsync_Wave_NeedsNoProgram()
    {
        string path = Write("a.wav", Wave());

        AudioClip clip = await AudioFile.ReadAsync(path, searchPath: "", TestContext.Current.CancellationToken);

        Assert.Equal([0.5f], clip.Channels[0]);
    }

    [Fact]
    public void ReadPipe_MoreThanTheBound_IsRefused()
    {
        RuntimeException refusal = Assert.Throws<RuntimeException>(() => AudioFile.ReadPipe(Write("a.wav", Wave()), mostBytes: 10));

        Assert.StartsWith("VNR0118: Found more than 10 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task ReadAsync_NoFile_IsRefused() => RefuseAsync("VNR0100", "absent.wav", "");

    [Fact]
    public Task ReadAsync_OtherFormatWithoutFfmpeg_SaysWhatIsMissing() =>
        RefuseAsync("VNR0107", Write("a.mp3", [1, 2, 3]), _folder.FullName);

    [Fact]
    public async Task ReadAsync_OtherFormatWithFfmpeg_ReadsWhatItWrites()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for ffmpeg is a shell script.");
        StandIn($"cat '{Write("b.wav", Wave())}'");

        AudioClip clip = await AudioFile.ReadAsync(Write("a.mp3", [1, 2, 3]), _folder.FullName, TestContext.Current.CancellationToken);

        Assert.Equal([0.5f], clip.Channels[0]);
    }

    [Fact]
    public async Task ReadAsync_FfmpegFails_RepeatsWhatItSaid()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for ffmpeg is a shell script.");
        StandIn("echo 'no such codec' >&2; exit 3");

        RuntimeException error = await RefuseAsync("VNR0108", Write("a.mp3", [1, 2, 3]), _folder.FullName);

        Assert.Contains("exit code 3: no such codec", error.Message);
    }

    [Fact]
    public async Task ReadAsync_FfmpegCannotStart_IsRefused()
    {
        Write("ffmpeg", [1, 2, 3]);
        Write("ffmpeg.exe", [1, 2, 3]);

        await RefuseAsync("VNR0108", Write("a.mp3", [1, 2, 3]), _folder.FullName);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_StopsFfmpeg()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for ffmpeg is a shell script.");
        StandIn("exec sleep 60");
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            AudioFile.ReadAsync(Write("a.mp3", [1, 2, 3]), _folder.FullName, cancel.Token)
        );
    }

    private static byte[] Wave() => WavBytes.File(WavBytes.Chunk("fmt ", WavBytes.Format(1, 1, 8000, 8)), WavBytes.Chunk("data", [192]));

    private static async Task<RuntimeException> RefuseAsync(string id, string path, string searchPath)
    {
        RuntimeException error = await Assert.ThrowsAsync<RuntimeException>(() =>
            AudioFile.ReadAsync(path, searchPath, TestContext.Current.CancellationToken)
        );
        Assert.Equal(id, error.Id);
        return error;
    }

    private string Write(string name, byte[] contents)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, contents);
        return path;
    }

    private void StandIn(string script)
    {
        string path = Write("ffmpeg", [.. System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n")]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
