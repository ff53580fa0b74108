using System.Text.Json;
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
    public async Task Encode_InWindows_WritesWhatDecodeAndInspectRead()
    {
        CapturedTerminal.Outcome encoded = await RunAsync("encode", exported.Sound, Song, "--window", "0.45");
        CapturedTerminal.Outcome decoded = await RunAsync("decode", Song, Wave);
        CapturedTerminal.Outcome inspected = await CapturedTerminal.RunAsync("inspect", Song);

        Assert.True(encoded.ExitCode == ExitCode.Done, encoded.Error);
        DacFile file = DacFileReader.Read(Song);
        Assert.False(file.IsPadded);
        Assert.True(file.Frames > file.ChunkLength);
        Assert.Equal(0, file.Frames % file.ChunkLength);
        Assert.Equal((ExitCode.Done, $"{Wave}: 0.50 s\n"), Facts(decoded));
        Assert.Equal(ExitCode.Done, inspected.ExitCode);
        Assert.Contains($" windows of {file.ChunkLength} frames that overlap", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_WindowsForOtherFiles_AreWrongUsage()
    {
        CapturedTerminal.Outcome outcome = await RunAsync("encode", exported.Sound, _folder.At("codes.safetensors"), "--window", "1");

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.Contains("--window is for .dac files alone", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_UpstreamsFile_ShowsWhatItHolds()
    {
        string path = Golden.Path("dac/even/stereo.dac");

        CapturedTerminal.Outcome shown = await CapturedTerminal.RunAsync("inspect", path),
            json = await CapturedTerminal.RunAsync("inspect", path, "--json");

        Assert.Equal((ExitCode.Done, ""), (shown.ExitCode, shown.Error));
        foreach (
            string line in (string[])
                [
                    "layout     a recording of descript-audio-codec, version 1.0.0\n",
                    "recording  0.6 s: 26,460 samples at 44,100 Hz, 2 channels\n",
                    "loudness   -16 LUFS\n",
                    "codes      [2, 9, 52], up to ",
                    "coded in   1 chunk of 52 frames, decoded with padding\n",
                    "with a codec of 9 codebooks\n",
                ]
        )
        {
            Assert.Contains(line, shown.Output, StringComparison.Ordinal);
        }

        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(26460, document.RootElement.GetProperty("original_length").GetInt32());
        Assert.True(document.RootElement.GetProperty("padding").GetBoolean());
        Assert.Equal(-16, document.RootElement.GetProperty("input_db")[0].GetDouble());
    }

    [Fact]
    public async Task Inspect_ADamagedDacFile_IsRefused()
    {
        await File.WriteAllBytesAsync(
            Song,
            (await File.ReadAllBytesAsync(Golden.Path("dac/even/stereo.dac"), TestContext.Current.CancellationToken))[..900],
            TestContext.Current.CancellationToken
        );

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("inspect", Song);

        Assert.Equal((ExitCode.DataRefused, ""), Facts(outcome));
        Assert.StartsWith("error VNC0301: ", outcome.Error, StringComparison.Ordinal);
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
