using System.Text.Json;
using VampNet.Export;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;
using VampNet.Runtime.Rhythm;
using VampNet.Server;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Browser;

/// <summary>The page of web/ in a browser: for one sound it must give the result of the native pipeline.</summary>
public sealed class WebPageTests : IDisposable
{
    private const ulong Seed = 11;
    private const int Steps = 3;

    /// <summary>Least share of tokens, generated in three steps by INT8 models or by WebGPU, that equal those of the native pipeline. One
    /// that rounds the other way changes the input of later steps.</summary>
    private const double LeastShare = 0.9;

    private const string Preset = "large variation";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Page_WithTheSameDraws_GivesTheNativeCodesAndAudio()
    {
        SkipWithoutThePage();
        string models = _folder.At("models"),
            sound = _folder.At("in.wav"),
            expected = _folder.At("expected.json");
        ExportRequest request = ExportRequest.FromFolder(Golden.Path("micro"), models) with { Steps = true };
        ExportRun.Run(request, null, TestContext.Current.CancellationToken);
        AudioClip clip = WriteSound(sound);
        await WriteExpectedAsync(models, clip, expected, beats: WriteBeats(_folder.At("beats.wav")));
        await NodeProgram.RunAsync(Path.Combine(NodeProgram.Web, "scripts/models.mjs"), models, _folder.At("listed"));

        string said = await NodeProgram.RunAsync(
            Path.Combine(NodeProgram.Web, "tests/page.mjs"),
            Chromium.Program!,
            _folder.At("listed"),
            sound,
            expected,
            Path.Combine(Golden.RepositoryRoot, "artifacts/browser")
        );

        Assert.EndsWith("passed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a token of its own")]
    public async Task Page_OnVampNetServe_LetsTheServerCompute(string? token)
    {
        SkipWithoutThePage();
        string models = _folder.At("models"),
            sound = _folder.At("in.wav"),
            expected = _folder.At("expected.json");
        ExportRun.Run(ExportRequest.FromFolder(Golden.Path("micro"), models), null, TestContext.Current.CancellationToken);
        await WriteExpectedAsync(models, WriteSound(sound), expected, token);
        using VampNetModels loaded = VampNetModels.Open(models);
        ServerOptions options = new()
        {
            Port = 0,
            OscReceivePort = null,
            Token = token,
            WebFolder = Path.Combine(NodeProgram.Web, "dist"),
        };
        await using VampServer server = await VampServer.StartAsync(loaded, options, TestContext.Current.CancellationToken);

        string said = await NodeProgram.RunAsync(
            Path.Combine(NodeProgram.Web, "tests/remote.mjs"),
            Chromium.Program!,
            server.Address.ToString(),
            sound,
            expected,
            Path.Combine(Golden.RepositoryRoot, "artifacts/browser")
        );

        Assert.EndsWith("passed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithInt8Transformers_GivesNearlyTheNativeTokens()
    {
        SkipWithoutThePage();
        string models = _folder.At("models"),
            int8 = _folder.At("int8"),
            sound = _folder.At("in.wav"),
            expected = _folder.At("expected.json");
        ExportRequest request = ExportRequest.FromFolder(Golden.Path("micro"), models) with { Steps = true };
        ExportRun.Run(request, null, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(int8);
        foreach (string file in Directory.GetFiles(models))
        {
            File.Copy(file, Path.Combine(int8, Path.GetFileName(file)));
        }

        foreach (string graph in new[] { "coarse.onnx", "c2f.onnx" })
        {
            File.Delete(Path.Combine(int8, graph));
            File.Delete(Path.Combine(int8, $"{graph}.data"));
            CapturedTerminal.Outcome quantized = await CapturedTerminal.RunAsync(
                "quantize",
                Path.Combine(models, graph),
                Path.Combine(int8, graph),
                "--scheme",
                "dynamic",
                "--judge",
                "0"
            );
            Assert.True(quantized.ExitCode == ExitCode.Done, quantized.Error);
        }

        await WriteExpectedAsync(int8, WriteSound(sound), expected);
        await NodeProgram.RunAsync(Path.Combine(NodeProgram.Web, "scripts/models.mjs"), int8, _folder.At("listed"));

        string said = await NodeProgram.RunAsync(
            Path.Combine(NodeProgram.Web, "tests/nearly.mjs"),
            Chromium.Program!,
            _folder.At("listed"),
            sound,
            expected
        );

        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.EndsWith("passed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OnWebGpu_GivesNearlyTheNativeTokens()
    {
        SkipWithoutThePage();
        string models = _folder.At("models"),
            sound = _folder.At("in.wav"),
            expected = _folder.At("expected.json");
        ExportRequest request = ExportRequest.FromFolder(Golden.Path("micro"), models) with { Steps = true };
        ExportRun.Run(request, null, TestContext.Current.CancellationToken);
        await WriteExpectedAsync(models, WriteSound(sound), expected);
        await NodeProgram.RunAsync(Path.Combine(NodeProgram.Web, "scripts/models.mjs"), models, _folder.At("listed"));

        string said = await NodeProgram.RunAsync(
            Path.Combine(NodeProgram.Web, "tests/nearly.mjs"),
            Chromium.Program!,
            _folder.At("listed"),
            sound,
            expected,
            "webgpu"
        );

        Assert.SkipWhen(said.StartsWith("skipped", StringComparison.Ordinal), said);
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.EndsWith("passed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StepGraphs_OnOnnxRuntimeWeb_ReproduceEveryRecordedGeneration()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium on the PATH");
        Assert.SkipWhen(NodeProgram.Find() is null, "no node on the PATH");
        Assert.SkipWhen(!NodeProgram.HasPackages, "the page's packages are not installed: run ./build.sh web");
        ExportRequest request = ExportRequest.FromFolder(Golden.Path("micro"), _folder.At("models")) with { Steps = true };
        ExportRun.Run(request, null, TestContext.Current.CancellationToken);

        string said = await NodeProgram.RunAsync(
            Path.Combine(NodeProgram.Web, "tests/golden.mjs"),
            Chromium.Program!,
            _folder.At("models"),
            Golden.Path("micro")
        );

        // Four recordings of generate() and two of vamp(), each on one thread and on two.
        Assert.Equal(2 * (4 + 2), said.Split('\n').Count(line => line.EndsWith("tokens equal", StringComparison.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    private static void SkipWithoutThePage()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium on the PATH");
        Assert.SkipWhen(NodeProgram.Find() is null, "no node on the PATH");
        Assert.SkipWhen(
            !File.Exists(Path.Combine(NodeProgram.Web, "dist/index.html")) || !NodeProgram.HasPackages,
            "the page is not built: run ./build.sh web"
        );
    }

    // Six seconds of clicks at 120 beats per minute, over a quiet hum.
    private static string WriteBeats(string path)
    {
        const int Rate = 44100;
        float[] samples =
        [
            .. Enumerable
                .Range(0, 6 * Rate)
                .Select(index =>
                    0.02f * MathF.Sin(index * 0.03f) + 0.7f * MathF.Exp(-(index % (Rate / 2)) / 400f) * MathF.Sin(index * 0.19f)
                ),
        ];
        using FileStream stream = File.Create(path);
        WavWriter.Write(stream, new AudioClip(Rate, samples), WavEncoding.Pcm16);
        return path;
    }

    // The mask of every preset, as the pipeline builds it first of all with a seed.
    private static SortedDictionary<string, int[]> Masks(string sound, CodecProperties codec)
    {
        AudioClip clip = AudioFile.Read(File.ReadAllBytes(sound), sound);
        float[] samples = AudioPreprocessor.Prepare(clip, codec.SampleRate, codec.HopLength);
        RhythmAnalysis rhythm = RhythmAnalysis.Analyze(samples, codec.Rate, findOnsets: false);
        Assert.True(rhythm.Beats.Count > 4);
        return new(
            MaskPreset.All.ToDictionary(
                preset => preset.Name,
                preset =>
                    MaskBuilder
                        .Build(
                            codec.Codebooks,
                            samples.Length / codec.HopLength,
                            new MaskOptions
                            {
                                PeriodicPrompt = preset.PeriodicPrompt,
                                UpperCodebookMask = preset.UpperCodebookMask,
                                Dropout = preset.Dropout,
                                BeatMaskSeconds = preset.BeatMaskSeconds,
                            },
                            codec.Rate,
                            new SeededDraws(Seed),
                            preset.BeatMaskSeconds > 0 ? rhythm : null
                        )
                        .Values.Select(masked => masked ? 1 : 0)
                        .ToArray()
            ),
            StringComparer.Ordinal
        );
    }

    // Stereo at another rate than the codec's, so that mixing and resampling take part.
    private static AudioClip WriteSound(string path)
    {
        const int Rate = 32000;
        float[] left =
            [.. Enumerable.Range(0, Rate).Select(index => 0.4f * MathF.Sin(index * 0.05f) + 0.2f * MathF.Sin(index * index * 3e-6f))],
            right = [.. left.Select((sample, index) => 0.5f * sample + 0.1f * MathF.Sin(index * 0.21f))];
        using (FileStream stream = File.Create(path))
        {
            WavWriter.Write(stream, new AudioClip(Rate, left, right), WavEncoding.Pcm16);
        }

        return AudioFile.Read(File.ReadAllBytes(path), path);
    }

    private static async Task WriteExpectedAsync(string folder, AudioClip clip, string path, string? token = null, string? beats = null)
    {
        MaskPreset chosen = MaskPreset.Find(Preset)!;
        VampOptions options = new()
        {
            Seed = Seed,
            Coarse = new() { Steps = Steps },
            Mask = new()
            {
                PeriodicPrompt = chosen.PeriodicPrompt,
                UpperCodebookMask = chosen.UpperCodebookMask,
                Dropout = chosen.Dropout,
            },
        };
        using VampNetModels models = VampNetModels.Open(folder);
        VampNetPipeline pipeline = new(models);
        TokenGrid<long> input = await pipeline.EncodeAsync(clip, cancellationToken: TestContext.Current.CancellationToken);
        VampResult result = await pipeline.VampAsync(clip, options, cancellationToken: TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            path,
            JsonSerializer.Serialize(
                new
                {
                    preset = Preset,
                    seed = Seed,
                    steps = Steps,
                    input = input.Values,
                    mask = result.Mask.Values.Select(masked => masked ? 1 : 0),
                    codes = result.Codes.Values,
                    audio = result.Audio[0].Channels[0],
                    token,
                    leastShare = LeastShare,
                    beats = beats is null ? null : new { sound = beats, masks = Masks(beats, models.Encoder.Configuration) },
                }
            ),
            TestContext.Current.CancellationToken
        );
    }
}
