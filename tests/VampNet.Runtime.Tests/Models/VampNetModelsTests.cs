using VampNet.Onnx;
using VampNet.Runtime.Codec;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

public sealed class VampNetModelsTests(ExportedModels exported)
{
    [Fact]
    public void RequireFamily_OneExport_IsAccepted() => exported.Micro.RequireFamily();

    [Fact]
    public void Open_NoFolder_IsRefused() =>
        Assert.Equal("VNR0301", Assert.Throws<RuntimeException>(() => VampNetModels.Open("/no/such/folder")).Id);

    [Fact]
    public void RequireFamily_MissingModel_NamesIt()
    {
        string folder = exported.Copy(exported.Micro);
        File.Delete(Path.Combine(folder, "c2f.onnx"));

        Refused("VNR0301", "c2f.onnx", folder);
    }

    [Theory]
    [InlineData("coarse", "vocabulary of 1024")]
    [InlineData("c2f", "vocabulary of 1024")]
    [InlineData("codec_encoder", "different codecs")]
    public void RequireFamily_ModelOfAnotherExport_IsRefused(string name, string says)
    {
        string folder = exported.Copy(exported.Micro);
        foreach (string file in Directory.EnumerateFiles(exported.Tiny.Folder, name + ".onnx*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        Refused("VNR0306", says, folder);
    }

    [Fact]
    public void RequireFamily_CoarseAndFineExchanged_IsRefused()
    {
        string folder = exported.Copy(exported.Micro);
        foreach (string file in Directory.EnumerateFiles(exported.Micro.Folder, "c2f.onnx*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file).Replace("c2f.onnx", "coarse.onnx")), overwrite: true);
        }

        Refused("VNR0306", "coarse.onnx with 4 conditioning codebooks", folder);
    }

    [Theory]
    [InlineData("coarse", "vampnet.codec_sha256", "beef", "made with the codec beef")]
    [InlineData("codec_decoder", "vampnet.checkpoint_sha256", "beef", "different codecs")]
    [InlineData(
        "c2f",
        "vampnet.configuration",
        "{\"n_codebooks\":4,\"n_conditioning_codebooks\":4,\"vocab_size\":64}",
        "c2f.onnx for 4 codebooks"
    )]
    [InlineData(
        "coarse",
        "vampnet.configuration",
        "{\"n_codebooks\":4,\"n_conditioning_codebooks\":1,\"vocab_size\":64}",
        "1 conditioning"
    )]
    [InlineData(
        "coarse",
        "vampnet.configuration",
        "{\"n_codebooks\":3,\"n_conditioning_codebooks\":0,\"vocab_size\":64}",
        "coarse.onnx for 3 codebooks"
    )]
    public void RequireFamily_MetadataThatLies_IsRefused(string name, string key, string value, string says)
    {
        string folder = exported.Copy(exported.Micro);
        Rewrite(folder, name, key, value);

        Refused("VNR0306", says, folder);
    }

    [Theory]
    [InlineData("coarse", null, "no configuration")]
    [InlineData("coarse", "{", "the configuration {")]
    [InlineData("coarse", "{\"n_codebooks\":4}", "n_codebooks")]
    [InlineData("coarse", "{\"n_codebooks\":0,\"n_conditioning_codebooks\":0,\"vocab_size\":64}", "n_codebooks")]
    [InlineData("coarse", "[]", "[]")]
    [InlineData(
        "codec_encoder",
        "{\"sample_rate\":44100,\"n_codebooks\":14,\"codebook_size\":64,\"encoder_rates\":[3,256],\"decoder_rates\":[768]}",
        "rates"
    )]
    [InlineData(
        "codec_encoder",
        "{\"sample_rate\":44100,\"n_codebooks\":14,\"codebook_size\":64,\"encoder_rates\":[2],\"decoder_rates\":[768]}",
        "rates"
    )]
    [InlineData(
        "codec_decoder",
        "{\"sample_rate\":44100,\"n_codebooks\":14,\"codebook_size\":64,\"encoder_rates\":[768],\"decoder_rates\":[]}",
        "rates"
    )]
    [InlineData(
        "codec_decoder",
        "{\"sample_rate\":44100,\"n_codebooks\":14,\"codebook_size\":64,\"encoder_rates\":768,\"decoder_rates\":[768]}",
        "rates"
    )]
    public void Open_ConfigurationThatLies_IsRefused(string name, string? configuration, string says)
    {
        string folder = exported.Copy(exported.Micro),
            path = Path.Combine(folder, name + ".onnx");
        Rewrite(folder, name, "vampnet.configuration", configuration);

        RuntimeException error = Assert.Throws<RuntimeException>((Action)(() => Open(name, path)));

        Assert.Equal("VNR0305", error.Id);
        Assert.Contains(says, error.Message);
    }

    private static void Open(string name, string path)
    {
        using IDisposable model = name switch
        {
            "coarse" => OnnxTokenModel.Open(path, new ModelOptions()),
            "codec_encoder" => CodecEncoder.Open(path, new ModelOptions()),
            _ => CodecDecoder.Open(path, new ModelOptions()),
        };
    }

    private void Rewrite(string folder, string name, string key, string? value)
    {
        Model model = ModelReader.Read(Path.Combine(exported.Micro.Folder, name + ".onnx"));
        model.Metadata.Remove(key);
        if (value is not null)
        {
            model.Metadata.Add(key, value);
        }

        ModelWriter.Write(model, Path.Combine(folder, name + ".onnx"));
    }

    private static void Refused(string id, string says, string folder)
    {
        RuntimeException error = Assert.Throws<RuntimeException>(() => Require(folder));
        Assert.Equal(id, error.Id);
        Assert.Contains(says, error.Message);
    }

    private static void Require(string folder)
    {
        using VampNetModels models = VampNetModels.Open(folder);
        models.RequireFamily();
    }
}
