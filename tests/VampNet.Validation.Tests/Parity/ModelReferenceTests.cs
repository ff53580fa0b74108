using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Onnx;
using VampNet.TestSupport;
using VampNet.Validation.Folders;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Tests.Parity;

public sealed class ModelReferenceTests : IDisposable
{
    private static readonly CheckpointFiles Micro = CheckpointFiles.Find(Golden.Path("micro"));

    private readonly ModelFolder _folder = new(Path.Combine(Directory.CreateTempSubdirectory("vampnet-reference-").FullName, "models"));

    [Theory]
    [InlineData(
        "codec_encoder",
        "encoder.block.0.output encoder.block.1.block.4.output encoder.block.2.block.4.output encoder.block.3.block.4.output "
            + "encoder.block.4.block.4.output encoder.block.5.output encoder.block.6.output",
        "quantizer.quantizers.13.latents"
    )]
    [InlineData(
        "codec_decoder",
        "quantizer.z decoder.model.0.output decoder.model.1.block.2.output decoder.model.2.block.2.output "
            + "decoder.model.3.block.2.output decoder.model.4.block.2.output decoder.model.5.output",
        "decoder.model.6.output"
    )]
    public void JudgeLayers_AHalfOfTheCodec_ComparesEveryPart(string name, string first, string last)
    {
        string[] layers = Judge(name, Export(name));

        Assert.Equal(first.Split(' '), layers[..first.Split(' ').Length]);
        Assert.Equal(last, layers[^1]);
    }

    [Theory]
    [InlineData("codec_encoder", "encoder.block.2.block.4.output")]
    [InlineData("codec_decoder", "decoder.model.2.block.2.output")]
    [InlineData("coarse", "transformer.layers.0.output")]
    public void JudgeLayers_AValueOfAnotherName_ClaimsNothingOfIt(string name, string value)
    {
        string path = Export(name);
        string[] layers = Judge(name, path);

        Rename(path, value);

        Assert.Contains(value, layers);
        Assert.Equal(layers.Except([value]), Judge(name, path));
    }

    [Fact]
    public void JudgeLayers_AGraphThatNamesNone_IsNull()
    {
        Export("coarse");
        using ModelReference reference = Open("coarse");

        Assert.Null(reference.JudgeLayers(Golden.Path("foreign/coarse_torch_export.onnx"), VerificationPlan.Default));
    }

    [Fact]
    public void JudgeLayers_AValueOfAnotherShape_IsRefused()
    {
        string path = Export("codec_decoder");
        Rename(path, "decoder.model.0.output");
        Rename(path, "decoder.model.1.block.2.output", "decoder.model.0.output");

        Assert.Equal("VNV0203", Assert.Throws<ValidationException>(() => Judge("codec_decoder", path)).Id);
    }

    public void Dispose() => Directory.GetParent(_folder.Path)!.Delete(recursive: true);

    private string Export(string name)
    {
        ExportRun.Run(Micro.ToRequest(_folder.Path), cancellationToken: TestContext.Current.CancellationToken);
        return _folder.At($"{name}.onnx");
    }

    private ModelReference Open(string name) => ModelReference.Open(name, _folder.ReadManifest().Models[name], Micro);

    private string[] Judge(string name, string path)
    {
        using ModelReference reference = Open(name);
        return [.. reference.JudgeLayers(path, VerificationPlan.Default)!.Layers.Select(layer => layer.Layer)];
    }

    private static void Rename(string path, string value, string name = "another")
    {
        using Model model = ModelReader.Read(path);
        model.Graph.Nodes.SelectMany(node => node.Outputs).Single(output => output.Name == value).Name = name;
        ModelWriter.Write(model, path, new ExternalDataOptions());
    }
}
