using System.Collections.Immutable;
using VampNet.Export;
using VampNet.Inference.Inputs;
using VampNet.Models;
using VampNet.Quantization;
using VampNet.Reporting.Benchmarking;
using VampNet.Reporting.Sound;
using VampNet.Runtime.Audio;
using VampNet.TestSupport;
using VampNet.Validation;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Tests;

public sealed class FolderReportTests : IDisposable
{
    private static readonly BenchmarkPlan Plan = new()
    {
        Frames = [3, 7],
        Repetitions = 1,
        MusicSeconds = 0.1,
        CoarseSteps = 1,
        LeastMilliseconds = 1,
        ProfiledFrames = 5,
    };
    private static readonly AudioClip Input = new(44100, SeededInputs.Audio(5, 1, 22050, 44100));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-report-");

    [Fact]
    public async Task Make_WithQuantizedGraphs_MeasuresAndHearsBoth()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")));
        var quantized = new ModelFolder(Path.Combine(_root.FullName, "micro-dynamic"));
        QuantizationRun.Quantize(
            new QuantizationRequest(folder.At("coarse.onnx"), quantized.At("coarse.onnx")),
            cancellationToken: TestContext.Current.CancellationToken
        );
        foreach (
            string file in Directory
                .GetFiles(folder.Path, "*.onnx*")
                .Where(file => !Path.GetFileName(file).StartsWith("coarse", StringComparison.Ordinal))
        )
        {
            File.Copy(file, quantized.At(Path.GetFileName(file)));
        }

        (RunReport report, ImmutableArray<ReportClip> clips) = await MakeAsync(
            folder,
            new ReportRequest
            {
                Quantized = [quantized],
                Exporter = new ModelFolder(Golden.Path("foreign")),
                Input = Input,
                Benchmark = Plan,
                JudgedSamples = 1,
                JudgedFrames = 9,
            }
        );

        Assert.Equal(
            ["micro", "coarse", "c2f", "codec_encoder", "codec_decoder"],
            [report.Name, .. report.Models.Select(model => model.Name)]
        );
        QuantizedGraph judged = Assert.Single(report.Quantized);
        Assert.Equal(
            ("micro-dynamic", "coarse.onnx", "dynamic", 36),
            (judged.Folder, judged.File, judged.Scheme, judged.Loss.Tokens!.Positions)
        );
        Assert.Equal(
            ["input, as the codec takes it", "through the codec and back", "vamp, float32", "vamp, micro-dynamic"],
            report.Clips.Select(clip => clip.Label)
        );
        Assert.Equal((2, 4), (judged.Layers.Length, judged.Loss.Codebooks.Length));
        Assert.Equal(
            [
                ("micro", "micro-dynamic", "coarse.onnx", 3),
                ("micro", "micro-dynamic", "coarse.onnx", 7),
                ("foreign", "micro", "coarse.onnx", 3),
            ],
            report.Benchmark.Ratios.Take(3).Select(ratio => (ratio.Reference, ratio.Models, ratio.File, ratio.Frames))
        );
        Assert.Equal(["micro", "micro-dynamic"], report.Benchmark.Music.Select(music => music.Models));
        Assert.All(report.Benchmark.Graphs.Where(graph => graph.Models != "foreign"), graph => Assert.NotEmpty(graph.Operators));
        Assert.Equal([null, null, null, true], report.Clips.Select(clip => clip.DistanceFromFloat32 >= 0 ? true : (bool?)null));
        Assert.Equal(0, report.Clips[0].LogMelDistance);
        Assert.All(report.Clips.Skip(1), clip => Assert.True(clip.LogMelDistance > 0));
        Assert.Equal(4, clips.Length);
        Assert.Equal(
            report.Verification.Graphs.Sum(graph => graph.Parameters),
            report.Weights.Where(weight => weight.Models == "micro").Sum(weight => weight.Elements)
        );
        Assert.Equal(3, report.Ledgers.Length);
        Assert.Equal("the codec on held-out music", Assert.Single(report.Skipped).Part);
        Assert.StartsWith("Not verified", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_FolderWithoutC2f_SaysWhatIsLeftOut()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")) with { C2f = null });

        (RunReport report, ImmutableArray<ReportClip> clips) = await MakeAsync(folder, new ReportRequest { Benchmark = Plan });

        Assert.Equal(
            ["quantization", "another exporter's graphs", "music", "the codec on held-out music"],
            report.Skipped.Select(each => each.Part)
        );
        Assert.Empty(clips);
        Assert.Empty(report.Benchmark.Music);
        Assert.Contains("<section id=\"sound\">", ReportHtml.Write(report, clips), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_WithTunedModels_HasTheSameVampBeforeAndAfter()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")));
        var same = new ModelFolder(Path.Combine(_root.FullName, "same"));
        var tuned = new ModelFolder(Path.Combine(_root.FullName, "mine"));
        Directory.CreateDirectory(same.Path);
        foreach (string file in Directory.GetFiles(folder.Path))
        {
            File.Copy(file, same.At(Path.GetFileName(file)));
        }

        ExportRun.Run(
            CheckpointFiles.Find(Golden.Path("tiny")).ToRequest(tuned.Path),
            cancellationToken: TestContext.Current.CancellationToken
        );

        (RunReport report, ImmutableArray<ReportClip> clips) = await MakeAsync(
            folder,
            new ReportRequest
            {
                Tuned = [same, tuned],
                Input = Input,
                Benchmark = Plan,
            }
        );

        Assert.Equal(
            ["before tuning: vamp, micro", "after tuning: vamp, same", "after tuning: vamp, mine"],
            report.Clips.Select(clip => clip.Label).Skip(2)
        );
        Assert.Equal(clips[2].Sound.Channels[0], clips[3].Sound.Channels[0]);
        Assert.NotEqual(clips[2].Sound.Channels[0], clips[4].Sound.Channels[0]);
        string page = ReportHtml.Write(report, clips);
        Assert.Contains("<figcaption>after tuning: vamp, mine</figcaption>", page, StringComparison.Ordinal);
        Assert.Contains("Before and after tuning: the same input", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_TunedFolderWithoutAllGraphs_IsRefused()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")));

        ReportingException refused = await Assert.ThrowsAsync<ReportingException>(() =>
            MakeAsync(folder, new ReportRequest { Tuned = [new ModelFolder(_root.FullName)] })
        );

        Assert.Equal("VNP0105", refused.Id);
        Assert.Contains("vampnet export", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Make_FolderWithoutTheGraphsAsQuantized_IsRefused()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")));

        Assert.Equal(
            "VNP0105",
            (
                await Assert.ThrowsAsync<ReportingException>(() =>
                    MakeAsync(folder, new ReportRequest { Quantized = [new ModelFolder(_root.FullName)] })
                )
            ).Id
        );
    }

    [Fact]
    public void ReadVerification_DamagedVerdict_IsRefused()
    {
        ModelFolder folder = Export(CheckpointFiles.Find(Golden.Path("micro")));
        File.WriteAllText(
            folder.At(ModelFiles.Verdicts),
            """{"format":"vampnet-verdicts/1","tool":"any","files":[],"verdicts":[{"file":"coarse.onnx"}]}"""
        );

        Assert.Equal("VNV0103", Assert.Throws<ValidationException>(folder.ReadVerification).Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static Task<(RunReport, System.Collections.Immutable.ImmutableArray<ReportClip>)> MakeAsync(
        ModelFolder folder,
        ReportRequest request
    ) => FolderReport.MakeAsync(folder, request, ReportSamples.Whole.Machine, cancellationToken: TestContext.Current.CancellationToken);

    private ModelFolder Export(CheckpointFiles files)
    {
        var folder = new ModelFolder(Path.Combine(_root.FullName, "micro"));
        ExportRun.Run(files.ToRequest(folder.Path));
        return folder;
    }
}
