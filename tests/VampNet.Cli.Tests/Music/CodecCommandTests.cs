using VampNet.Checkpoints;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Music;

public sealed class CodecCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Codes => _folder.At("codes.safetensors");

    private string Wave => _folder.At("out.wav");

    [Fact]
    public async Task EncodeThenDecode_Sound_GivesCodesAndSoundOfItsLength()
    {
        CapturedTerminal.Outcome encoded = await RunAsync("encode", exported.Sound, Codes);
        CapturedTerminal.Outcome decoded = await RunAsync("decode", Codes, Wave);

        // 16,000 samples at 32 kHz are 22,050 at 44.1 kHz: 28.7 hops of 768.
        Assert.Equal((ExitCode.Done, $"{Codes}: codes [1, 14, 29]\n"), (encoded.ExitCode, encoded.Output));
        Assert.Equal((ExitCode.Done, $"{Wave}: 0.51 s\n"), (decoded.ExitCode, decoded.Output));
        AudioClip clip = await AudioFile.ReadAsync(Wave, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((44100, 1, 29 * 768), (clip.SampleRate, clip.Channels.Count, clip.Length));
    }

    [Theory]
    [InlineData("pcm16", 2)]
    [InlineData("float32", 4)]
    public async Task Decode_Format_DecidesTheSizeOfASample(string format, int bytes)
    {
        await RunAsync("encode", exported.Sound, Codes);

        await RunAsync("decode", Codes, Wave, "--format", format);

        Assert.InRange(new FileInfo(Wave).Length, 29 * 768 * bytes, (29 * 768 * bytes) + 64);
    }

    [Fact]
    public async Task Decode_SeveralPieces_AreNumbered()
    {
        WriteCodes([2, 14, 3]);

        CapturedTerminal.Outcome outcome = await RunAsync("decode", Codes, Wave);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Equal(["codes.safetensors", "out-1.wav", "out-2.wav"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Encode_MissingFile_IsRefused() => await AssertRefusedAsync("VNR0100", "encode", _folder.At("none.wav"), Codes);

    [Fact]
    public async Task Encode_FileThatIsNoAudio_IsRefused() =>
        await AssertRefusedAsync("VNR01[0-9]{2}", "encode", Golden.Path("checkpoint_zoo/refuse/html.pth"), Codes);

    [Fact]
    public async Task Decode_MissingFile_IsRefused() => await AssertRefusedAsync("VNL0002", "decode", Codes, Wave);

    [Fact]
    public async Task Decode_FileWithoutCodes_IsRefused()
    {
        SafeTensorsWriter.WriteFile(Codes, [TensorEntry.From("weights", new float[4], 4)]);

        await AssertRefusedAsync("VNL0007", "decode", Codes, Wave);
    }

    [Fact]
    public async Task Decode_CodesOfAnotherRank_AreRefused()
    {
        WriteCodes([14, 3]);

        await AssertRefusedAsync("VNL0007", "decode", Codes, Wave);
    }

    [Fact]
    public async Task Decode_CodesOfAnotherCodec_AreRefused()
    {
        WriteCodes([1, 14, 3], new Dictionary<string, string> { ["codec_sha256"] = new('0', 64) });

        await AssertRefusedAsync("VNL0008", "decode", Codes, Wave);
    }

    [Fact]
    public async Task Decode_CodeOutOfRange_IsRefused()
    {
        WriteCodes([1, 14, 3], value: 65);

        await AssertRefusedAsync("VNR0205", "decode", Codes, Wave);
    }

    [Fact]
    public async Task Decode_OutputOfAnotherFormat_IsWrongUsage() =>
        Assert.Equal(ExitCode.WrongUsage, (await RunAsync("decode", Codes, _folder.At("out.m4a"))).ExitCode);

    [Fact]
    public async Task Encode_MissingModels_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("encode", exported.Sound, Codes, "--models", _folder.At("none"));

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNR0301: ", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CapturedTerminal.Outcome> RunAsync(params string[] arguments) =>
        CapturedTerminal.RunAsync([.. arguments, "--models", exported.Models]);

    private async Task AssertRefusedAsync(string id, params string[] arguments)
    {
        string[] before = Directory.GetFiles(_folder.Path);

        CapturedTerminal.Outcome outcome = await RunAsync(arguments);

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches($"(?m)^error {id}: ", outcome.Error);
        Assert.Equal(before, Directory.GetFiles(_folder.Path));
    }

    private void WriteCodes(long[] shape, Dictionary<string, string>? metadata = null, long value = 1)
    {
        var entry = new TensorEntry(
            "codes",
            TensorElementType.Int64,
            [.. shape],
            bytes => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(bytes).Fill(value)
        );
        SafeTensorsWriter.WriteFile(Codes, [entry], metadata);
    }
}
