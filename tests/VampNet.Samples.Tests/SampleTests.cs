using System.Diagnostics;
using System.Reflection;
using VampNet.Export;
using VampNet.TestSupport;

namespace VampNet.Samples.Tests;

/// <summary>The programs of samples/, run as a user runs them; the first is also the README's.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-samples");

    [Fact]
    public void Vamp_TheDemoModels_WritesMusic()
    {
        string demo = Path.Combine(Golden.RepositoryRoot, "checkpoints", "demo");
        ExportRun.Run(ExportRequest.FromFolder(demo, At("models")), cancellationToken: TestContext.Current.CancellationToken);

        Run("Vamp", At("models"), Path.Combine(demo, "clip.wav"), At("out.wav"));

        Assert.True(new FileInfo(At("out.wav")).Length > 44_100);
    }

    [Theory]
    [InlineData("wild/ppocr_mobile_v2_cls.onnx")]
    [InlineData("foreign/coarse_torch_export.onnx")]
    public void QuantizeAnyGraph_AForeignGraph_WritesASmallerOne(string graph)
    {
        string printed = Run("QuantizeAnyGraph", Golden.Path(graph), At("out.onnx"));

        Assert.Contains(" weights are INT8, ", printed, StringComparison.Ordinal);
        long bytes = Directory.GetFiles(_folder.FullName, "out.onnx*").Sum(file => new FileInfo(file).Length);
        Assert.InRange(bytes, 1, new FileInfo(Golden.Path(graph)).Length * 3 / 4);
    }

    [Fact]
    public void Readme_ItsSnippet_IsTheSample()
    {
        string readme = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "README.md"));

        Assert.Contains($"```csharp\n{File.ReadAllText(Source("Vamp")).ReplaceLineEndings("\n")}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_All_AreRunHereAndListed()
    {
        string page = File.ReadAllText(Path.Combine(Golden.RepositoryRoot, "samples", "README.md"));
        string[] samples =
        [
            .. Directory
                .GetFiles(Path.Combine(Golden.RepositoryRoot, "samples"), "*.csproj", SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ];

        Assert.Equal(["QuantizeAnyGraph", "Vamp"], samples.Order(StringComparer.Ordinal));
        Assert.All(samples, sample => Assert.Contains($"({sample}/Program.cs)", page, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Source(string sample) => Path.Combine(Golden.RepositoryRoot, "samples", sample, "Program.cs");

    private static string Run(string sample, params string[] arguments)
    {
        string configuration = typeof(SampleTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(each => each.Key == "Configuration")
            .Value!;
        string program = Path.Combine(Golden.RepositoryRoot, "samples", sample, "bin", configuration, "net10.0", $"{sample}.dll");
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
