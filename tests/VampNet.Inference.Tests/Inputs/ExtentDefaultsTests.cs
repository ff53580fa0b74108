using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Inputs;

public sealed class ExtentDefaultsTests
{
    [Theory]
    [InlineData("B,3,H,W", 224)]
    [InlineData("B,1,H,W", 224)]
    [InlineData("B,H,W,3", 224)]
    [InlineData("B,C,H,W", 224)]
    [InlineData("B,4,H,W", 64)]
    [InlineData("B,H,W,320", 64)]
    [InlineData("B,1,N", 44100)]
    [InlineData("B,T", 173)]
    public void For_AnInput_TakesWhatItsChannelsTell(string shape, int expected)
    {
        GraphBuilder builder = new("g", 17);
        Dim[] dims = [.. shape.Split(',').Select(dim => int.TryParse(dim, out int size) ? (Dim)size : Dim.Symbol(dim))];
        Value x = builder.Input("x", ElementType.Float, dims);
        builder.Output(builder.Node("Relu", "y", [x]), "y", ElementType.Float, dims);
        using Model model = builder.Build();

        Assert.Equal(expected, ExtentDefaults.For(model));
    }
}
