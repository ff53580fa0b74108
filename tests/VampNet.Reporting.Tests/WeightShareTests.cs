using System.Collections.Immutable;
using VampNet.Onnx;
using VampNet.Quantization;
using VampNet.Quantization.Tests;

namespace VampNet.Reporting.Tests;

public sealed class WeightShareTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Theory]
    [InlineData("coarse.onnx", new[] { "attention", "classifier", "constants", "embedding", "feed-forward", "norms" })]
    [InlineData("codec_encoder.onnx", new[] { "constants", "encoder", "quantizer" })]
    [InlineData("codec_decoder.onnx", new[] { "constants", "decoder", "quantizer" })]
    public void Of_AnExportedGraph_AreThePartsOfItsArchitecture(string graph, string[] parts) =>
        Assert.Equal(parts, Read(micro.Graph(graph)).Select(share => share.Part).Distinct().Order());

    [Fact]
    public void Of_AQuantizedGraph_ShowsItsFormatsByPart()
    {
        string quantized = micro.Output();
        QuantizationRun.Quantize(
            new QuantizationRequest(micro.Graph("coarse.onnx"), quantized),
            cancellationToken: TestContext.Current.CancellationToken
        );

        WeightShare[] attention = [.. Read(quantized).Where(share => share.Part == "attention")];

        Assert.Contains("int8", attention.Select(share => share.Format));
        Assert.Contains("float", attention.Select(share => share.Format));
        Assert.All(attention, share => Assert.True(share.Bytes >= share.Elements));
    }

    private static ImmutableArray<WeightShare> Read(string path)
    {
        using Model model = ModelReader.Read(path);
        return WeightShare.Of("micro", Path.GetFileName(path), model);
    }
}
