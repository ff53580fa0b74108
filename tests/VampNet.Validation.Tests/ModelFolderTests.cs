using VampNet.Export;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;
using VampNet.Validation.Tests.Verdicts;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Tests;

public sealed class ModelFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-validation-");

    private ModelFolder Folder => new(Path.Combine(_root.FullName, "models"));

    [Fact]
    public void ReadManifest_NoManifest_IsRefused() =>
        Assert.Equal("VNV0301", Assert.Throws<ValidationException>(() => Folder.ReadManifest()).Id);

    [Fact]
    public void RequireUnchanged_ChangedAndMissingFiles_ListsThemAll()
    {
        ModelManifest manifest = Export();
        File.AppendAllText(Folder.At("coarse.onnx"), "x");
        File.Delete(Folder.At("codec_decoder.onnx.data"));

        ValidationException error = Assert.Throws<ValidationException>(() => Folder.RequireUnchanged(manifest));

        Assert.Equal("VNV0302", error.Id);
        Assert.Contains("coarse.onnx with", error.Message, StringComparison.Ordinal);
        Assert.Contains("no codec_decoder.onnx.data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DescribeGraphs_AnExport_CountsGraphsWithTheirDataInPipelineOrder()
    {
        GraphFacts[] graphs = [.. Folder.DescribeGraphs(Export())];

        Assert.Equal(["coarse.onnx", "codec_encoder.onnx", "codec_decoder.onnx"], graphs.Select(graph => graph.File));
        Assert.All(graphs, graph => Assert.True(graph.Nodes > 10));
        Assert.All(
            graphs,
            graph =>
                Assert.Equal(new FileInfo(Folder.At(graph.File)).Length + new FileInfo(Folder.At($"{graph.File}.data")).Length, graph.Bytes)
        );
    }

    [Fact]
    public void WriteVerdicts_Twice_KeepsTheLastAndLeavesTheFilesUnchanged()
    {
        ModelManifest manifest = Export();
        byte[] before = File.ReadAllBytes(Folder.At(ModelManifest.FileName));

        Folder.WriteVerdicts(SampleReports.NotANumber());
        Folder.WriteVerdicts(SampleReports.OneFailedCase());

        GraphVerdict read = Assert.Single(Folder.ReadVerification().Verdicts);
        Assert.Equal("coarse.onnx", read.File);
        Assert.False(read.Passed);
        Assert.Equal(before, File.ReadAllBytes(Folder.At(ModelManifest.FileName)));
        Folder.RequireUnchanged(manifest);
        Assert.DoesNotContain(Directory.GetFiles(Folder.Path), path => path.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadVerification_GraphsExportedAgain_LeavesTheirVerdictsOut()
    {
        Export();
        Folder.WriteVerdicts(SampleReports.OneFailedCase());
        ModelManifest manifest = Folder.ReadManifest();
        ManifestFile[] others =
        [
            .. manifest.Files.Select(file => file.Name == "coarse.onnx.data" ? file with { Bytes = file.Bytes + 1 } : file),
        ];
        File.WriteAllBytes(Folder.At(ModelManifest.FileName), (manifest with { Files = [.. others] }).ToUtf8Json());

        Assert.Empty(Folder.ReadVerification().Verdicts);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"format":"vampnet-verdicts/2","tool":"any","files":[],"verdicts":[]}""")]
    public void ReadVerification_OfAnotherForm_IsRefused(string text)
    {
        Export();
        File.WriteAllText(Folder.At(ModelFiles.Verdicts), text);

        Assert.Equal("VNV0103", Assert.Throws<ValidationException>(Folder.ReadVerification).Id);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private ModelManifest Export() =>
        ExportRun.Run(
            new CheckpointFiles(Golden.Path("micro/coarse.pth"), null, Golden.Path("micro/codec.pth")).ToRequest(Folder.Path),
            cancellationToken: TestContext.Current.CancellationToken
        );
}
