using VampNet.Export.Step;

namespace VampNet.Export.Tests;

public sealed class StepShapeTests
{
    [Fact]
    public void Parse_ConfigurationOfATransformer_KnowsItsNumbers()
    {
        StepShape shape = StepShape.Of(GoldenModels.Transformer("micro/c2f").Configuration);

        Assert.Equal((14, 4, 10, 64), (shape.Codebooks, shape.ConditioningCodebooks, shape.PredictedCodebooks, shape.VocabularySize));
        Assert.Equal(shape, StepShape.Parse(shape.ConfigurationJson, "c2f.onnx"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("[]")]
    [InlineData("{\"n_codebooks\":4}")]
    [InlineData("{\"n_codebooks\":4,\"n_conditioning_codebooks\":4,\"vocab_size\":64}")]
    public void Parse_AnythingElse_IsRefused(string? json)
    {
        ExportException error = Assert.Throws<ExportException>(() => StepShape.Parse(json, "x.onnx"));

        Assert.Equal("VNE0108", error.Id);
        Assert.Contains("in x.onnx", error.Message, StringComparison.Ordinal);
    }
}
