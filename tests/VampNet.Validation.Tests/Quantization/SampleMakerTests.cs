using VampNet.Onnx;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Tests.Quantization;

public class SampleMakerTests
{
    [Fact]
    public void For_InputOfAnotherType_IsRefused()
    {
        GraphBuilder builder = new("doubles", 20);
        Value x = builder.Input("x", ElementType.Double, 3);
        builder.Output(builder.Node("Abs", "abs", [x]), "y", ElementType.Double, 3);
        using Model model = builder.Build();
        ValidationException exception = Assert.Throws<ValidationException>(() => SampleMaker.For(model));
        Assert.Equal("VNV0401", exception.Id);
        Assert.Contains("x", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeded_OpenDimensions_TakeTheExtentLastAndOneElsewhere()
    {
        GraphBuilder builder = new("codes", 20);
        Value codes = builder.Input("codes", ElementType.Int64, Dim.Symbol("B"), 4, Dim.Symbol("T"));
        builder.Output(builder.Node("Abs", "abs", [codes]), "y", ElementType.Int64, Dim.Symbol("B"), 4, Dim.Symbol("T"));
        using Model model = builder.Build();
        ModelSample[] samples = [.. SampleMaker.For(model, vocabulary: 9).Seeded(5, 2, 7)];

        Assert.Equal(["seed 5", "seed 6"], samples.Select(sample => sample.Name));
        ModelInput input = Assert.Single(samples[0].Inputs);
        Assert.Equal([1, 4, 7], input.Shape);
        Assert.All((long[])input.Values, code => Assert.InRange(code, 0, 8));
    }
}
