using VampNet.Cli.Tests.Music;
using VampNet.Models;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class FormatOptionTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Export_Ort_WritesBothFormatsAndListsThem()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "export",
            "--checkpoints",
            Golden.Path("micro"),
            "--out",
            _folder.At("models"),
            "--format",
            "ort"
        );

        Assert.Equal(ExitCode.Done, outcome.ExitCode);
        ModelFolder folder = new(_folder.At("models"));
        ModelManifest manifest = folder.ReadManifest();
        folder.RequireUnchanged(manifest);
        Assert.All(
            ModelFiles.Graphs,
            graph =>
            {
                string name = Path.ChangeExtension(graph, ".ort");
                Assert.Contains(manifest.Files, file => file.Name == name);
                Assert.Contains(manifest.Files, file => file.Name == $"{name}.required_operators.config");
            }
        );
        Assert.Equal(
            manifest.Files.Select(file => file.Name).Append("manifest.json").Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("optimize", "--no-check")]
    [InlineData("quantize", "--judge=0")]
    public async Task Graph_Ort_IsWrittenBeside(string command, string option)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            command,
            Path.Combine(exported.Models, "coarse.onnx"),
            _folder.At("coarse.onnx"),
            option,
            "--format",
            "ort"
        );

        Assert.Equal((ExitCode.Done, ""), (outcome.ExitCode, outcome.ExitCode == ExitCode.Done ? "" : outcome.Error));
        Assert.Equal("ORTM"u8, File.ReadAllBytes(_folder.At("coarse.ort")).AsSpan(4, 4));
        Assert.Contains("MatMul", File.ReadAllText(_folder.At("coarse.ort.required_operators.config")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Graph_OrtIsTheOutput_IsRefused() =>
        Assert.Contains(
            "VNL0021",
            (
                await CapturedTerminal.RunAsync(
                    "optimize",
                    Path.Combine(exported.Models, "coarse.onnx"),
                    _folder.At("coarse.ort"),
                    "--format",
                    "ort"
                )
            ).Error,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();
}
