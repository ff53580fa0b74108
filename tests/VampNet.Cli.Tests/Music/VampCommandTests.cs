using System.Text.Json;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Masks;

namespace VampNet.Cli.Tests.Music;

public sealed class VampCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Vamp_SameSeed_GivesTheSameFileAndAnotherSeedAnother()
    {
        await VampAsync("a.wav", "--seed", "7", "--steps", "2");
        await VampAsync("b.wav", "--seed", "7", "--steps", "2");
        await VampAsync("c.wav", "--seed", "8", "--steps", "2");

        Assert.Equal(Read("a.wav"), Read("b.wav"));
        Assert.NotEqual(Read("a.wav"), Read("c.wav"));
    }

    [Fact]
    public async Task Vamp_SavedSettings_RepeatTheRunExactly()
    {
        await VampAsync(
            "a.wav",
            "--seed",
            "3",
            "--steps",
            "3",
            "--temperature",
            "0.8",
            "--top-p",
            "0.9",
            "--dropout",
            "0.2",
            "--batch",
            "2"
        );

        CapturedTerminal.Outcome again = await VampAsync("b.wav", "--settings", _folder.At("a.json"));

        Assert.Equal(ExitCode.Done, again.ExitCode);
        Assert.Equal(Read("a-1.wav"), Read("b-1.wav"));
        Assert.Equal(Read("a-2.wav"), Read("b-2.wav"));
        Assert.NotEqual(Read("a-1.wav"), Read("a-2.wav"));
        Assert.Equal(Read("a.json"), Read("b.json"));
    }

    [Fact]
    public async Task Vamp_EveryControl_ReachesTheSettings()
    {
        File.WriteAllText(_folder.At("times.txt"), "0.1\n0.25 # the second\n");
        CapturedTerminal.Outcome outcome = await VampAsync(
            "a.wav",
            "--seed",
            "5",
            "--periodic-prompt",
            "5",
            "--periodic-width",
            "3",
            "--upper-codebook-mask",
            "4",
            "--ncc",
            "1",
            "--prefix",
            "0.05",
            "--suffix",
            "0.1",
            "--intensity",
            "0.9",
            "--dropout",
            "0.1",
            "--onsets",
            _folder.At("times.txt"),
            "--onset-width",
            "2",
            "--beats",
            _folder.At("times.txt"),
            "--beat-seconds",
            "0.03",
            "--stretch",
            "2",
            "--feedback-steps",
            "2",
            "--steps",
            "2",
            "--fine-steps",
            "1",
            "--temperature",
            "0.5",
            "--mask-temperature",
            "8",
            "--cutoff",
            "0.75",
            "--top-p",
            "0.95",
            "--top-k",
            "9",
            "--typical-filtering",
            "--typical-mass",
            "0.25",
            "--typical-min-tokens",
            "8",
            "--coarse-chunk",
            "7.5",
            "--fine-chunk",
            "2",
            "--restore-loudness"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        using JsonDocument json = JsonDocument.Parse(Read("a.json"));
        JsonElement options = json.RootElement.GetProperty("options"),
            mask = options.GetProperty("mask"),
            coarse = options.GetProperty("coarse");
        JsonElement sampling = coarse.GetProperty("sampling");
        (double Expected, JsonElement Actual)[] values =
        [
            (5, options.GetProperty("seed")),
            (2, options.GetProperty("time_stretch_factor")),
            (2, options.GetProperty("feedback_steps")),
            (7.5, options.GetProperty("coarse_chunk_seconds")),
            (2, options.GetProperty("fine_chunk_seconds")),
            (5, mask.GetProperty("periodic_prompt")),
            (3, mask.GetProperty("periodic_prompt_width")),
            (4, mask.GetProperty("upper_codebook_mask")),
            (1, mask.GetProperty("conditioning_codebooks")),
            (0.05, mask.GetProperty("prefix_seconds")),
            (0.1, mask.GetProperty("suffix_seconds")),
            (0.9, mask.GetProperty("random_intensity")),
            (0.1, mask.GetProperty("dropout")),
            (0.25, mask.GetProperty("onset_times")[1]),
            (2, mask.GetProperty("onset_mask_width")),
            (0.1, mask.GetProperty("beat_times")[0]),
            (0.03, mask.GetProperty("beat_mask_seconds")),
            (2, coarse.GetProperty("steps")),
            (8, coarse.GetProperty("mask_temperature")),
            (0.75, coarse.GetProperty("sample_cutoff")),
            (1, options.GetProperty("fine").GetProperty("steps")),
            (0.5, sampling.GetProperty("temperature")),
            (0.95, sampling.GetProperty("top_p")),
            (9, sampling.GetProperty("top_k")),
            (0.25, sampling.GetProperty("typical_mass")),
            (8, sampling.GetProperty("typical_minimum_tokens")),
        ];
        Assert.All(values, each => Assert.Equal(each.Expected, each.Actual.GetDouble(), 1e-6));
        Assert.True(sampling.GetProperty("filter_typical").GetBoolean());
        Assert.True(options.GetProperty("restore_loudness").GetBoolean());
    }

    [Theory]
    [InlineData(7, 0.05, true, "--preset", "Small Variation (Follow Beat)")]
    [InlineData(3, 0.05, true, "--preset", "small variation (follow beat)", "--periodic-prompt", "3")]
    [InlineData(7, 0, false, "--preset", "small variation (follow beat)", "--beat-seconds", "0")]
    [InlineData(7, 0.1, true, "--beat-seconds", "0.1")]
    [InlineData(7, 0.02, false)]
    public async Task Vamp_Preset_IsWhatOtherOptionsOverride(int periodic, double beatSeconds, bool detects, params string[] options)
    {
        CapturedTerminal.Outcome outcome = await VampAsync("a.wav", ["--steps", "1", .. options]);

        Assert.Equal(
            (ExitCode.Done, ""),
            (outcome.ExitCode, outcome.Error.Contains("error", StringComparison.Ordinal) ? outcome.Error : "")
        );
        using JsonDocument json = JsonDocument.Parse(Read("a.json"));
        JsonElement mask = json.RootElement.GetProperty("options").GetProperty("mask");
        Assert.Equal(periodic, mask.GetProperty("periodic_prompt").GetInt32());
        Assert.Equal(beatSeconds, mask.GetProperty("beat_mask_seconds").GetDouble(), 1e-9);
        Assert.Equal(detects, mask.GetProperty("detect_beats").GetBoolean());
        Assert.Equal(options.Contains("--preset"), json.RootElement.GetProperty("options").TryGetProperty("preset", out _));
    }

    [Fact]
    public async Task Vamp_OnsetWidthWithoutAFile_FindsOnsetsAndAFileStillWins()
    {
        File.WriteAllText(_folder.At("times.txt"), "0.1\n");
        await VampAsync("found.wav", "--steps", "1", "--onset-width", "2");
        await VampAsync("given.wav", "--steps", "1", "--onset-width", "2", "--onsets", _folder.At("times.txt"));

        foreach ((string name, bool detects, int times) in ((string, bool, int)[])[("found.json", true, 0), ("given.json", false, 1)])
        {
            using JsonDocument json = JsonDocument.Parse(Read(name));
            JsonElement mask = json.RootElement.GetProperty("options").GetProperty("mask");
            Assert.Equal(
                (detects, times),
                (mask.GetProperty("detect_onsets").GetBoolean(), mask.GetProperty("onset_times").GetArrayLength())
            );
        }
    }

    [Fact]
    public async Task Vamp_PitchAndPart_ReachTheSettingsAndKeepTheRest()
    {
        CapturedTerminal.Outcome outcome = await VampAsync(
            "a.wav",
            "--steps",
            "1",
            "--pitch-shift",
            "-3",
            "--start",
            "0.1",
            "--end",
            "0.3",
            "--format",
            "float32"
        );

        Assert.Equal((ExitCode.Done, $"{_folder.At("a.wav")}: 0.50 s"), (outcome.ExitCode, outcome.Output.Split('\n')[0]));
        using JsonDocument json = JsonDocument.Parse(Read("a.json"));
        JsonElement options = json.RootElement.GetProperty("options");
        Assert.Equal(
            (-3, 0.1, 0.3),
            (
                options.GetProperty("pitch_shift_semitones").GetDouble(),
                options.GetProperty("start_seconds").GetDouble(),
                options.GetProperty("end_seconds").GetDouble()
            )
        );
        AudioClip before = AudioFile.Read(File.ReadAllBytes(exported.Sound), "in"),
            after = AudioFile.Read(Read("a.wav"), "out");
        Assert.Equal(before.Channels[0][..3200], after.Channels[0][..3200]);
        Assert.Equal(before.Channels[0][9600..], after.Channels[0][9600..]);
        Assert.NotEqual(before.Channels[0][5000..6000], after.Channels[0][5000..6000]);
    }

    [Fact]
    public async Task Vamp_SeamlessBatch_SaysWhichIsWhichAndKeepsTheLength()
    {
        CapturedTerminal.Outcome outcome = await VampAsync("a.wav", "--steps", "1", "--seamless", "--batch", "2");

        Assert.Equal(
            [$"{_folder.At("a-1.wav")}: variation 1 of 2, 0.50 s", $"{_folder.At("a-2.wav")}: variation 2 of 2, 0.50 s"],
            outcome.Output.Split('\n')[..2]
        );
        Assert.Equal(22050, AudioFile.Read(Read("a-1.wav"), "out").Length);
    }

    [Theory]
    [InlineData("a.flac", "fLaC")]
    [InlineData("a.MP3", null)]
    public async Task Vamp_OutputForFfmpeg_IsWrittenInItsFormat(string name, string? start)
    {
        string? ffmpeg = FfmpegDecoder.Find(Environment.GetEnvironmentVariable("PATH"));
        CapturedTerminal.Outcome outcome = await VampAsync(name, "--steps", "1", "--seed", "2");
        if (ffmpeg is null)
        {
            Assert.StartsWith("error VNL0009: ", outcome.Error, StringComparison.Ordinal);
            return;
        }

        await VampAsync("b.wav", "--steps", "1", "--seed", "2");
        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        AudioClip encoded = AudioFile.Read(Read(name), name),
            wave = AudioFile.Read(Read("b.wav"), "b.wav");
        Assert.Equal((wave.SampleRate, wave.Length), (encoded.SampleRate, encoded.Length));
        if (start is not null)
        {
            Assert.Equal(System.Text.Encoding.ASCII.GetBytes(start), Read(name)[..4]);
            Assert.Equal(wave.Channels[0], encoded.Channels[0]);
        }
    }

    [Fact]
    public async Task Vamp_ListPresets_NeedsNothingElseAndPrintsAll()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("vamp", "--list-presets");

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(2 + MaskPreset.All.Count, outcome.Output.TrimEnd('\n').Split('\n').Length);
        Assert.All(MaskPreset.All, preset => Assert.Contains($"| {preset.Name} ", outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Vamp_MaskThatKeepsEverything_GivesWhatEncodeAndDecodeGive()
    {
        File.WriteAllText(_folder.At("keep.txt"), string.Join(' ', Enumerable.Repeat('0', 29)));
        await VampAsync("kept.wav", "--mask", _folder.At("keep.txt"), "--steps", "2");
        await CapturedTerminal.RunAsync("encode", exported.Sound, _folder.At("codes.safetensors"), "--models", exported.Models);

        await CapturedTerminal.RunAsync("decode", _folder.At("codes.safetensors"), _folder.At("decoded.wav"), "--models", exported.Models);

        Assert.Equal(Read("decoded.wav"), Read("kept.wav"));
    }

    [Fact]
    public async Task Vamp_Picture_IsAPng()
    {
        CapturedTerminal.Outcome outcome = await VampAsync("a.wav", "--steps", "1", "--picture", _folder.At("a.png"));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Read("a.png")[..4]);
        Assert.Contains(
            "encode: chunk 1 of 1\ncoarse: chunk 1 of 1\nfine: chunk 1 of 1\ndecode: chunk 1 of 1\n",
            outcome.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Vamp_SettingsOfAnotherInput_AreRefused()
    {
        await VampAsync("a.wav", "--steps", "1");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "vamp",
            exported.OtherSound,
            _folder.At("b.wav"),
            "--models",
            exported.Models,
            "--settings",
            _folder.At("a.json")
        );

        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("error VNR0502: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("b.wav")));
    }

    [Fact]
    public async Task Vamp_SettingsOfAnotherNumberOfThreads_AreRefused()
    {
        await VampAsync("a.wav", "--steps", "1", "--threads", "1");

        CapturedTerminal.Outcome other = await VampAsync("b.wav", "--settings", _folder.At("a.json"), "--threads", "2");
        CapturedTerminal.Outcome same = await VampAsync("b.wav", "--settings", _folder.At("a.json"), "--threads", "1");

        Assert.Equal((ExitCode.DataRefused, ExitCode.Done), (other.ExitCode, same.ExitCode));
        Assert.StartsWith("error VNR0502: Found the number of threads 2.\nExpected 1,", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vamp_MaskOfAnotherLength_IsRefused()
    {
        File.WriteAllText(_folder.At("mask.txt"), "0 1 0");

        CapturedTerminal.Outcome outcome = await VampAsync("a.wav", "--mask", _folder.At("mask.txt"));

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.Contains("error VNR0202: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("a.wav")));
    }

    [Theory]
    [InlineData("--settings", "a.json", "--steps", "2")]
    [InlineData("--settings", "a.json", "--mask", "m.txt")]
    [InlineData("--settings", "a.json", "--preset", "unconditional")]
    [InlineData("--preset", "huge variation")]
    [InlineData("--pitch-shift", "12.5")]
    [InlineData("--pitch-shift", "NaN")]
    [InlineData("--start", "-1")]
    [InlineData("--end", "0")]
    [InlineData("--seamless", "--end", "0.3")]
    [InlineData("--settings", "a.json", "--seamless")]
    [InlineData("--steps", "0")]
    [InlineData("--dropout", "1.5")]
    [InlineData("--temperature", "-1")]
    [InlineData("--temperature", "NaN")]
    [InlineData("--top-p", "2")]
    [InlineData("--top-k", "0")]
    [InlineData("--typical-mass", "1")]
    [InlineData("--provider", "tpu")]
    [InlineData("--threads", "-1")]
    public async Task Vamp_ContradictionOrValueOutOfRange_IsWrongUsage(params string[] options)
    {
        CapturedTerminal.Outcome outcome = await VampAsync("a.wav", options);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
        Assert.StartsWith("error VNL0001: ", outcome.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private byte[] Read(string name) => File.ReadAllBytes(_folder.At(name));

    private Task<CapturedTerminal.Outcome> VampAsync(string output, params string[] options) =>
        CapturedTerminal.RunAsync(["vamp", exported.Sound, _folder.At(output), "--models", exported.Models, .. options]);
}
