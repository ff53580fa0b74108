using System.Text.Json;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private static readonly string[] Checkpoints = ["--coarse", Golden.Path("micro/coarse.pth"), "--codec", Golden.Path("micro/codec.pth")];

    private readonly TemporaryFolder _folder = new();

    private string Models => _folder.At("models");

    [Fact]
    public async Task Verify_AFreshExport_ShowsTheTableAndRecordsTheVerdicts()
    {
        await ExportAsync();
        byte[] manifest = File.ReadAllBytes(Path.Combine(Models, ModelManifest.FileName));

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "verify",
            Models,
            .. Checkpoints,
            "--report",
            _folder.At("reports/demo.md"),
        ]);

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        Assert.Equal("verifying coarse.onnx\nverifying codec_encoder.onnx\nverifying codec_decoder.onnx\n", outcome.Error);
        string[] lines = outcome.Output.TrimEnd().Split('\n');
        Assert.Matches(
            @"^\| graph +\| nodes \| parameters \| +size \| worst \|difference\| \| +ULP \| +tokens equal \| verdict \|$",
            lines[0]
        );
        Assert.Equal(5, lines.Length);
        Assert.All(lines[2..], line => Assert.EndsWith("| pass    |", line, StringComparison.Ordinal));
        Assert.Contains("4,204 of 4,204", lines[2], StringComparison.Ordinal);
        Assert.Contains("## codec_decoder.onnx", File.ReadAllText(_folder.At("reports/demo.md")), StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllBytes(Path.Combine(Models, ModelManifest.FileName)));
        VerificationReport recorded = new ModelFolder(Models).ReadVerification();
        Assert.Equal(3, recorded.Verdicts.Length);
        Assert.True(recorded.Passed);
    }

    [Fact]
    public async Task Verify_GraphThatDiffers_ExitsWithThreeAndNamesTheWorstElement()
    {
        await ExportAsync();
        Falsify("coarse.onnx.data");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync([
            "verify",
            Models,
            .. Checkpoints,
            "--report",
            _folder.At("demo.json"),
            "--json",
        ]);

        Assert.Equal(ExitCode.ParityFailed, outcome.ExitCode);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.False(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(outcome.Output.TrimEnd(), File.ReadAllText(_folder.At("demo.json")).TrimEnd());
        Assert.Matches(@"coarse\.onnx is beyond budget onnx-fp32: \[[0-9, ]+\] expected \S+, actual \S+", outcome.Error);
        Assert.False(new ModelFolder(Models).ReadVerification().Verdicts[0].Passed);
    }

    [Fact]
    public async Task Verify_FileChangedSinceTheExport_IsRefused()
    {
        await ExportAsync();
        File.AppendAllText(Path.Combine(Models, "coarse.onnx"), " ");

        Assert.StartsWith("error VNV0302: ", (await RefusedAsync(Checkpoints)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherCheckpoints_AreRefused()
    {
        await ExportAsync();

        CapturedTerminal.Outcome outcome = await RefusedAsync("--checkpoints", Golden.Path("tiny"));

        Assert.StartsWith("error VNV0303: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Models, ModelFiles.Verdicts)));
    }

    [Fact]
    public async Task Verify_FolderWithoutManifest_IsRefused() =>
        Assert.StartsWith("error VNV0301: ", (await RefusedAsync(Checkpoints)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Verify_ManifestThatIsNoJson_IsRefused()
    {
        Directory.CreateDirectory(Models);
        File.WriteAllText(Path.Combine(Models, ModelManifest.FileName), "<html>");

        Assert.StartsWith("error VNM0101: ", (await RefusedAsync(Checkpoints)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_NoCheckpoints_IsWrongUsage() =>
        Assert.Equal(ExitCode.WrongUsage, (await CapturedTerminal.RunAsync("verify", Models)).ExitCode);

    public void Dispose() => _folder.Dispose();

    private async Task ExportAsync() =>
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync(["export", .. Checkpoints, "--out", Models])).ExitCode);

    private async Task<CapturedTerminal.Outcome> RefusedAsync(params string[] checkpoints)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["verify", Models, .. checkpoints]);
        Assert.Equal((ExitCode.DataRefused, ""), (outcome.ExitCode, outcome.Output));
        return outcome;
    }

    // Changes weights, and the manifest with them, as a faulty exporter would have written both.
    private void Falsify(string file)
    {
        var folder = new ModelFolder(Models);
        byte[] data = File.ReadAllBytes(folder.At(file));
        data.AsSpan(0, 400).Fill(0x3F);
        File.WriteAllBytes(folder.At(file), data);
        ModelManifest manifest = folder.ReadManifest();
        manifest = manifest with
        {
            Files = [.. manifest.Files.Select(each => each.Name == file ? ManifestFile.Read(folder.At(file)) : each)],
        };
        File.WriteAllBytes(folder.At(ModelManifest.FileName), manifest.ToUtf8Json());
    }
}
