using VampNet.Runtime.Audio;

namespace VampNet.Runtime.Tests.Audio;

public sealed class FfmpegEncoderTests
{
    private static readonly AudioClip Clip = new(
        44100,
        [
            [.. Enumerable.Range(0, 5000).Select(i => MathF.Round(MathF.Sin(i * 0.05f) * 16384) / 32768)],
        ]
    );

    [Fact]
    public void Write_ProgramThatCannotStart_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("vampnet-no-program-").FullName;
        try
        {
            Assert.Equal("VNR0116", Refuse(Path.Combine(folder, "ffmpeg")).Id);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void Write_ProgramThatFails_IsRefusedWithItsExitCode()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no program \"false\".");
        Assert.Contains("exit code 1", Refuse("/bin/false").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Flac_IsReadBackSampleForSample()
    {
        string? ffmpeg = FfmpegDecoder.Find(Environment.GetEnvironmentVariable("PATH"));
        Assert.SkipWhen(ffmpeg is null, "There is no ffmpeg on the PATH.");
        using var stream = new MemoryStream();

        FfmpegEncoder.Write(ffmpeg!, Clip, ".flac", stream, WavEncoding.Pcm16);

        Assert.Equal(Clip.Channels[0], AudioFile.Read(stream.ToArray(), "a.flac").Channels[0]);
    }

    private static RuntimeException Refuse(string program) =>
        Assert.Throws<RuntimeException>(() => FfmpegEncoder.Write(program, Clip, ".flac", Stream.Null, WavEncoding.Pcm24));
}
