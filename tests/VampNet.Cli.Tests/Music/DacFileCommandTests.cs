using VampNet.Checkpoints.Dac;
using VampNet.Inference.Inputs;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Music;

public sealed class DacFileCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Song => _folder.At("song.dac");

    private string Wave => _folder.At("song.wav");

    [Fact]
    public async Task EncodeThenDecode_AStereoRecording_KeepsChannelsLengthAndRate()
    {
        string stereo = _folder.At("stereo.wav");
        using (FileStream stream = File.Create(stereo))
        {
            float[][] channels = [SeededInputs.Audio(3, 1, 12000, 32000), SeededInputs.Audio(4, 1, 12000, 32000)];
            WavWriter.Write(stream, new AudioClip(32000, channels), WavEncoding.Pcm16);
        }

        CapturedTerminal.Outcome encoded = await RunAsync("encode", stereo, Song);
        CapturedTerminal.Outcome decoded = await RunAsync("decode", Song, Wave);

        // 12,000 samples at 32 kHz are 16,537 at 44.1 kHz: 32.3 hops of 512.
        Assert.Equal((ExitCode.Done, $"{Song}: codes [2, 9, 33]\n"), (encoded.ExitCode, encoded.Output));
        Assert.Equal((ExitCode.Done, $"{Wave}: 0.38 s\n"), (decoded.ExitCode, decoded.Output));
        DacFile file = DacFileReader.Read(Song);
        Assert.Equal((12000, 32000, 33, true), (file.OriginalLength, file.SampleRate, file.ChunkLength, file.IsPadded));
        AudioClip clip = await AudioFile.ReadAsync(Wave, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((32000, 2, 12000), (clip.SampleRate, clip.Channels.Count, clip.Length));
    }

    [Fact]
    public async Task Decode_UpstreamsFileUnderAnyName_IsRecognised()
    {
        string copy = _folder.At("song.bin");
        File.Copy(Golden.Path("dac/even/stereo.dac"), copy);

        Assert.Equal((ExitCode.Done, $"{Wave}: 0.60 s\n"), Facts(await RunAsync("decode", copy, Wave)));
    }

    [Fact]
    public async Task Decode_ARecordingCodedInWindows_IsDecodedWithoutPadding()
    {
        // Two windows of 20 frames, each of which decodes to 1,898 samples.
        using (FileStream stream = File.Create(Song))
        {
            DacFileWriter.Write(stream, new DacFile([.. new ushort[9 * 40]], 9, 1, [-20f], 3790, 44100, 20, IsPadded: false));
        }

        Assert.Equal((ExitCode.Done, $"{Wave}: 0.09 s\n"), Facts(await RunAsync("decode", Song, Wave)));
    }

    [Fact]
    public async Task Encode_ADacFileFromALacCodec_IsRefused() =>
        AssertRefused("VNL0011", await CapturedTerminal.RunAsync("encode", exported.Sound, Song, "--models", exported.Models));

    [Fact]
    public async Task Decode_ADacFileByALacCodec_IsRefused() =>
        AssertRefused(
            "VNL0011",
            await CapturedTerminal.RunAsync("decode", Golden.Path("dac/even/stereo.dac"), Wave, "--models", exported.Models)
        );

    [Fact]
    public async Task Decode_FewerCodebooks_SaysHowToExportThem()
    {
        using (FileStream stream = File.Create(Song))
        {
            DacFileWriter.Write(stream, new DacFile([.. new ushort[4 * 20]], 4, 1, [-20f], 5000, 44100, 20, IsPadded: true));
        }

        CapturedTerminal.Outcome outcome = await RunAsync("decode", Song, Wave);

        AssertRefused("VNL0012", outcome);
        Assert.Contains("--codebooks 4", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_ADamagedFile_IsRefused()
    {
        await File.WriteAllBytesAsync(
            Song,
            (await File.ReadAllBytesAsync(Golden.Path("dac/even/stereo.dac"), TestContext.Current.CancellationToken))[..900],
            TestContext.Current.CancellationToken
        );

        AssertRefused("VNC0301", await RunAsync("decode", Song, Wave));
    }

    public void Dispose() => _folder.Dispose();

    private static (int ExitCode, string Output) Facts(CapturedTerminal.Outcome outcome) => (outcome.ExitCode, outcome.Output);

    private Task<CapturedTerminal.Outcome> RunAsync(params string[] arguments) =>
        CapturedTerminal.RunAsync([.. arguments, "--models", exported.Dac]);

    private void AssertRefused(string id, CapturedTerminal.Outcome outcome)
    {
        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches($"(?m)^error {id}: ", outcome.Error);
        Assert.False(File.Exists(Wave));
    }
}
