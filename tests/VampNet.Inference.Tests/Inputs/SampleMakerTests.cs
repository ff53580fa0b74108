using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Inputs;

public class SampleMakerTests
{
    [Fact]
    public void For_Strings_AreRefusedWithTheReason()
    {
        GraphBuilder builder = new("texts", 20);
        Value x = builder.Input("x", ElementType.String, 3);
        builder.Output(builder.Node("Identity", "copy", [x]), "y", ElementType.String, 3);
        using Model model = builder.Build();
        InferenceException exception = Assert.Throws<InferenceException>(() => SampleMaker.For(model));
        Assert.Equal("VNI0301", exception.Id);
        Assert.Contains("x", exception.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeded_OpenDimensions_TakeTheExtentLastAndOneElsewhere()
    {
        GraphBuilder builder = new("codes", 20);
        Value codes = builder.Input("codes", ElementType.Int64, Dim.Symbol("B"), 4, Dim.Symbol("T"));
        builder.Output(builder.Node("Abs", "abs", [codes]), "y", ElementType.Int64, Dim.Symbol("B"), 4, Dim.Symbol("T"));
        using Model model = builder.Build();
        ModelSample[] samples = [.. SampleMaker.For(model, new InputProfile { Vocabulary = 9 }).Seeded(5, 2, 7)];

        Assert.Equal(["seed 5", "seed 6"], samples.Select(sample => sample.Name));
        ModelInput input = Assert.Single(samples[0].Inputs);
        Assert.Equal([1, 4, 7], input.Shape);
        Assert.All((long[])input.Values, code => Assert.InRange(code, 0, 8));
    }

    [Fact]
    public void FromFiles_NoReaderAccepts_IsRefused()
    {
        GraphBuilder builder = new("codes", 20);
        Value codes = builder.Input("codes", ElementType.Int64, 1, 4, Dim.Symbol("T"));
        builder.Output(builder.Node("Abs", "abs", [codes]), "y", ElementType.Int64, 1, 4, Dim.Symbol("T"));
        using Model model = builder.Build();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vampnet-samples-");
        InferenceException exception = Assert.Throws<InferenceException>(() =>
            SampleMaker.For(model).FromFiles(folder.FullName, 7).ToArray()
        );
        folder.Delete();

        Assert.Equal("VNI0302", exception.Id);
        Assert.Contains("codes", exception.Message, StringComparison.Ordinal);
    }
}
