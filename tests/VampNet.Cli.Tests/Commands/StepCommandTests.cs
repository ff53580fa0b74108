using Microsoft.ML.OnnxRuntime;
using VampNet.Export;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class StepCommandTests : IDisposable
{
    private static readonly string[] Steps = ["c2f_step.onnx", "c2f_step_seeded.onnx", "coarse_step.onnx", "coarse_step_seeded.onnx"];

    private readonly TemporaryFolder _folder = new();

    private string Models => _folder.At("models");

    [Fact]
    public async Task Export_WithStep_WritesStepGraphsThatTheManifestLists()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--out",
            Models,
            "--step"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        ModelManifest manifest = new ModelFolder(Models).ReadManifest();
        Assert.Equal(Steps, manifest.Files.Select(file => file.Name).Where(name => name.Contains("_step", StringComparison.Ordinal)));
        Assert.Equal(["c2f", "coarse", "codec_decoder", "codec_encoder"], manifest.Models.Keys);
        new ModelFolder(Models).RequireUnchanged(manifest);
    }

    [Fact]
    public async Task Step_FolderOfModels_WritesTheGraphsThatExportWrites()
    {
        Export(ExportRequest.FromFolder(Golden.Path("micro"), Models));
        Export(ExportRequest.FromFolder(Golden.Path("micro"), _folder.At("with")) with { Steps = true });

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("step", Models);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Contains("coarse_step.onnx: ", outcome.Output, StringComparison.Ordinal);
        ModelManifest manifest = new ModelFolder(Models).ReadManifest();
        new ModelFolder(Models).RequireUnchanged(manifest);
        foreach (string step in Steps)
        {
            Assert.Contains(manifest.Files, file => file.Name == step);
            using InferenceSession ours = new(Path.Combine(Models, step)),
                exported = new(Path.Combine(_folder.At("with"), step));
            Assert.Equal(exported.InputMetadata.Keys, ours.InputMetadata.Keys);
            Assert.Equal(
                exported.ModelMetadata.CustomMetadataMap[MetadataKeys.CheckpointSha256],
                ours.ModelMetadata.CustomMetadataMap[MetadataKeys.CheckpointSha256]
            );
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FusedStep_OfExportAndOfStep_HoldTheWholeModel(bool isExport)
    {
        string[] export = ["export", "--checkpoints", Golden.Path("micro"), "--out", Models];
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(isExport ? [.. export, "--fused-step"] : export);
        if (!isExport)
        {
            outcome = await CapturedTerminal.RunAsync("step", Models, "--fused-step");
        }

        Assert.True(outcome.ExitCode == ExitCode.Done, outcome.Error);
        var folder = new ModelFolder(Models);
        folder.RequireUnchanged(folder.ReadManifest());
        foreach (string model in (string[])["coarse", "c2f"])
        {
            using InferenceSession given = new(Path.Combine(Models, $"{model}_fused_step.onnx")),
                seeded = new(Path.Combine(Models, $"{model}_fused_step_seeded.onnx"));
            Assert.Contains("token_exponential", given.InputMetadata.Keys);
            Assert.DoesNotContain("logits", given.InputMetadata.Keys);
            Assert.Equal(["next_codes", "tokens"], given.OutputMetadata.Keys);
            Assert.Equal(["next_codes", "tokens", "next_draws"], seeded.OutputMetadata.Keys);
        }
    }

    [Fact]
    public async Task FusedStep_OfAStepGraph_IsRefused()
    {
        Export(ExportRequest.FromFolder(Golden.Path("micro"), Models) with { Steps = true });

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "step",
            Path.Combine(Models, "coarse_step.onnx"),
            "--fused-step"
        );

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNL0091: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_OneGraphAndAnotherFolder_WritesItsTwoGraphs()
    {
        Export(ExportRequest.FromFolder(Golden.Path("micro"), Models));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "step",
            Path.Combine(Models, "c2f.onnx"),
            "--out",
            _folder.At("steps"),
            "--opset",
            "17"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Equal(
            ["c2f_step.onnx", "c2f_step_seeded.onnx"],
            Directory.EnumerateFiles(_folder.At("steps")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Step_NoTransformer_IsRefused()
    {
        CapturedTerminal.Outcome absent = await CapturedTerminal.RunAsync("step", _folder.At("absent"));
        Assert.Equal(ExitCode.DataRefused, absent.ExitCode);
        Assert.Contains("VNL0002", absent.Error, StringComparison.Ordinal);

        Export(ExportRequest.FromFolder(Golden.Path("micro"), Models));
        CapturedTerminal.Outcome codec = await CapturedTerminal.RunAsync("step", Path.Combine(Models, "codec_decoder.onnx"));
        Assert.Equal(ExitCode.DataRefused, codec.ExitCode);
        Assert.Contains("VNE0108", codec.Error, StringComparison.Ordinal);
    }

    private static void Export(ExportRequest request) => ExportRun.Run(request, null, TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();
}
