using VampNet.Onnx;
using VampNet.Quantization.Judging;
using VampNet.TestSupport;

namespace VampNet.Quantization.Tests.Judging;

public sealed class OutputKindGuessTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    [Theory]
    [InlineData("logits", OutputKind.Logits)]
    [InlineData("class_probabilities", OutputKind.Logits)]
    [InlineData("sentence_embedding", OutputKind.Embedding)]
    [InlineData("last_hidden_state", OutputKind.Embedding)]
    [InlineData("waveform", OutputKind.Audio)]
    [InlineData("image", OutputKind.Image)]
    [InlineData("y", OutputKind.Signal)]
    public void Of_AName_TellsTheKind(string name, OutputKind kind) => Assert.Equal(kind, Guess(name, "Neg", B, 7, T).Kind);

    [Fact]
    public void Of_AShape_TellsTheKind()
    {
        Assert.Equal(OutputKind.Image, Guess("y", "Neg", B, 3, T, T).Kind);
        Assert.Equal(OutputKind.Audio, Guess("y", "Neg", B, 1, T).Kind);
        Assert.Equal(OutputKind.Regression, Guess("y", "Neg", B, 1).Kind);
        Assert.Equal(OutputKind.Regression, Guess("y", "Neg", B).Kind);
    }

    [Fact]
    public void Of_ANode_TellsTheKind()
    {
        Assert.Equal(OutputKind.Logits, Guess("y", "Softmax", B, T, 7).Kind);
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, T, 4);
        Value product = g.Node("MatMul", "product", [x, g.Constant("w", TensorData.FromArray(new float[4 * 2000], 4, 2000))]);
        g.Output(
            g.Node("Add", "biased", [product, g.Constant("b", TensorData.FromArray(new float[2000], 2000))]),
            "y",
            ElementType.Float,
            B,
            T,
            2000
        );
        using Model model = g.Build();

        OutputKindGuess guess = OutputKindGuess.Of(model);

        Assert.Equal(OutputKind.Logits, guess.Kind);
        Assert.Contains("2000", guess.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Integers_AreCodes()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Int32, B);
        g.Output(g.Node("Identity", "copy", [x]), "logits", ElementType.Int32, B);
        using Model model = g.Build();

        Assert.Equal(OutputKind.Codes, OutputKindGuess.Of(model).Kind);
    }

    [Fact]
    public void Of_AReleasedClassifier_IsLogits()
    {
        using Model model = ModelReader.Read(Golden.Path("wild/ppocr_mobile_v2_cls.onnx"));

        Assert.Equal(OutputKind.Logits, OutputKindGuess.Of(model).Kind);
    }

    [Fact]
    public void Of_ARecurrentLayer_IsNoPicture()
    {
        using Model model = ModelReader.Read(Golden.Path("cases/lstm.onnx"));

        Assert.Equal(OutputKind.Signal, OutputKindGuess.Of(model).Kind);
    }

    private static OutputKindGuess Guess(string name, string op, params Dim[] shape)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, shape);
        g.Output(g.Node(op, "last", [x]), name, ElementType.Float, shape);
        using Model model = g.Build();
        return OutputKindGuess.Of(model);
    }
}
