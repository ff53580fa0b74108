namespace VampNet.Packages.Tests;

/// <summary>The example of each readme builds and runs with only its package.</summary>
[Collection(nameof(PackagesCollection))]
public sealed class ApplicationTests(InstalledTool tool, Applications applications)
{
    private static readonly string Coarse = Path.Combine(InstalledTool.Checkpoints, "coarse.pth");

    private static readonly string Codec = Path.Combine(InstalledTool.Checkpoints, "codec.pth");

    [Fact]
    public void Packages_OfOurs_ComeFromTheFeed()
    {
        Assert.All(Feed.Libraries, library => Assert.True(Directory.Exists(applications.Restored(library)), library));
    }

    [Fact]
    public void Checkpoints_Example_ListsTensors()
    {
        Assert.Contains("embedding.special.MASK: ", applications.Run("VampNet.Checkpoints", Coarse));
    }

    [Fact]
    public void Architecture_Example_AccountsForTensors()
    {
        Assert.Contains("bound", applications.Run("VampNet.Architecture", Coarse, Codec), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Onnx_Example_WritesASmallerGraph()
    {
        string smaller = applications.At("coarse.onnx");

        applications.Run("VampNet.Onnx", Path.Combine(tool.Models, "coarse.onnx"), smaller);

        Assert.InRange(new FileInfo($"{smaller}.data").Length, 1, new FileInfo(Path.Combine(tool.Models, "coarse.onnx.data")).Length / 2);
    }

    [Fact]
    public void Export_Example_WritesWhatTheToolWrites()
    {
        string models = applications.At("models");

        applications.Run("VampNet.Export", InstalledTool.Checkpoints, models);

        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tool.Models, "coarse.onnx.data")),
            File.ReadAllBytes(Path.Combine(models, "coarse.onnx.data"))
        );
    }

    [Fact]
    public void Runtime_Example_WritesMusic()
    {
        string sound = applications.At("vamp.wav");

        applications.Run("VampNet.Runtime", tool.Models, Path.Combine(InstalledTool.Checkpoints, "clip.wav"), sound);

        Assert.True(new FileInfo(sound).Length > 44);
    }

    [Fact]
    public void Torch_Example_ComputesLogits()
    {
        Assert.Contains("logits 1 x 10 x ", applications.Run("VampNet.Torch", Coarse, Codec));
    }

    [Fact]
    public void Validation_Example_WritesVerdicts()
    {
        Assert.Contains("codec_decoder.onnx", applications.Run("VampNet.Validation", tool.Models, InstalledTool.Checkpoints));
    }

    [Fact]
    public void Files_Example_PublishesBoth()
    {
        string graph = applications.At("pair");

        applications.Run("VampNet.Files", graph);

        Assert.Equal("weights", File.ReadAllText($"{graph}.data"));
        Assert.StartsWith("a graph", File.ReadAllText(graph));
    }

    [Fact]
    public void Models_Example_ListsTheFiles() => Assert.Contains("coarse.onnx", applications.Run("VampNet.Models", tool.Models));

    [Fact]
    public void Inference_Example_ListsBudgets() => Assert.Contains("audio-fp32", applications.Run("VampNet.Inference"));

    [Fact]
    public void Quantization_Example_QuantizesWithoutLibTorch()
    {
        string output = applications.At("quantized.onnx");

        Assert.Contains("signal to noise", applications.Run("VampNet.Quantization", Path.Combine(tool.Models, "coarse.onnx"), output));
        Assert.True(File.Exists(output));
    }
}
