using System.Text.Json;
using VampNet.Export;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Browser;

/// <summary>The page of web/ in a browser: it must make of a sound what the native pipeline makes of it.</summary>
public sealed class WebPageTests : IDisposable
{
    private const ulong Seed = 11;
    private const int Steps = 3;
    private const string Preset = "large variation";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Page_WithTheSameDraws_GivesTheNativeCodesAndAudio()
    {
        Assert.SkipWhen(Chromium.Program is null, "no chromium on the PATH");
        Assert.SkipWhen(NodeProgram.Find() is null, "no node on the PATH");
        Assert.SkipWhen(
            !File.Exists(Path.Combine(NodeProgram.Web, "dist/index.html")) || !NodeProgram.HasPackages,
            "the page is not built: run ./build.sh web"
        );
        string models = _folder.At("models"),
            sound = _folder.At("in.wav"),
            expected = _folder.At("expected.json");
        ExportRequest request = ExportRequest.FromFolder(Golden.Path("micro"), models) with { Steps = true };
        ExportRun.Run(request, null, TestContext.Current.CancellationToken);
        AudioClip clip = WriteSound(sound);
        await WriteExpectedAsync(models, clip, expected);
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

    private static async Task WriteExpectedAsync(string folder, AudioClip clip, string path)
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
                }
            ),
            TestContext.Current.CancellationToken
        );
    }
}
