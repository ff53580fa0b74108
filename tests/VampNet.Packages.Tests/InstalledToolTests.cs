namespace VampNet.Packages.Tests;

[Collection(nameof(PackagesCollection))]
public sealed class InstalledToolTests(InstalledTool tool)
{
    [Fact]
    public void Doctor_Installed_FindsBothNativeLibraries()
    {
        string page = tool.Run("doctor");

        Assert.Contains($"{Feed.Version}", page);
        Assert.DoesNotContain("does not load", page);
    }

    [Fact]
    public void Verify_Installed_ChecksWhatItHasExported()
    {
        string table = tool.Run("verify", tool.Models, "--checkpoints", InstalledTool.Checkpoints);

        Assert.All(
            (string[])["coarse.onnx", "c2f.onnx", "codec_encoder.onnx", "codec_decoder.onnx"],
            graph => Assert.Contains(graph, table)
        );
    }

    [Fact]
    public void QuantizeAndVamp_Installed_MakeMusic()
    {
        tool.Run("quantize", Path.Combine(tool.Models, "coarse.onnx"), tool.At("coarse-int8.onnx"), "--judge", "1");
        tool.Run("vamp", Path.Combine(InstalledTool.Checkpoints, "clip.wav"), tool.At("vamp.wav"), "--models", tool.Models);

        Assert.True(File.Exists(tool.At("coarse-int8.onnx")));
        Assert.True(new FileInfo(tool.At("vamp.wav")).Length > 44);
    }
}
