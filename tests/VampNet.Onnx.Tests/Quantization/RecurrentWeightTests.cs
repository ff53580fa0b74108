using VampNet.Onnx.Quantization;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests.Quantization;

public class RecurrentWeightTests
{
    [Fact]
    public void Quantize_Lstm_StoresBothWeightsInEveryInt8Scheme()
    {
        foreach (
            Func<Model, QuantizationReport> quantize in (Func<Model, QuantizationReport>[])
                [
                    model => DynamicQuantizer.Quantize(model, new()),
                    model => StaticQuantizer.Quantize(model, new()),
                    model => WeightOnlyQuantizer.Quantize(model, new() { Bits = 8 }),
                    model => WeightOnlyQuantizer.Quantize(model, new() { Bits = 4 }),
                ]
        )
        {
            using Model model = ModelReader.Read(Golden.Path("cases/lstm.onnx"));

            QuantizationReport report = quantize(model);

            Assert.Equal(["LSTM", "LSTM"], report.Quantized.Select(weight => weight.OpType));
            Assert.All(report.Quantized, weight => Assert.True(weight.SignalToNoise > 35, $"{weight.SignalToNoise}"));
            Assert.All(report.Kept, kept => Assert.DoesNotContain("multiplies by no", kept.Reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Of_Prepared_SaysWhatEachSchemeTakes()
    {
        using Model model = ModelReader.Read(Golden.Path("cases/conv_bn_clip.onnx"));
        _ = ModelPreparation.Prepare(model);

        Dictionary<string, SchemeOutlook> schemes = SchemeOutlook.Of(model).ToDictionary(scheme => scheme.Scheme);

        Assert.Equal(0, schemes["dynamic"].Weights);
        Assert.Contains("use static", schemes["dynamic"].Left[0].Reason, StringComparison.Ordinal);
        Assert.Equal(1, schemes["static"].Weights);
        Assert.True(schemes["float16"].Weights > 1);
    }

    [Fact]
    public void Quantize_NothingThatTheSchemeTakes_SaysThreeReasonsAndTheLargest()
    {
        using Model model = ModelReader.Read(Golden.Path("cases/bn_after_relu.onnx"));

        OnnxException error = Assert.Throws<OnnxException>(() => DynamicQuantizer.Quantize(model, new()));

        Assert.Matches(@"among \d+ constants: \d+ of ", error.Message);
        Assert.Contains("The largest: '", error.Message, StringComparison.Ordinal);
        Assert.Contains("use static", error.Message, StringComparison.Ordinal);
    }
}
