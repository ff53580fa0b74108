using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>Decoders and encoders of language models through the whole pipeline, and through quantization behind it.</summary>
public sealed class TransformerPipelineTests
{
    // Two layers add up what each fusion may change.
    private const double FloatBudget = 1e-5;

    // Half a unit in the last of 11 bits, by operators that round in one of the graphs alone.
    private const double HalfBudget = 16.0 / (1 << 11);

    // A weight of 8 bits is known to one part in 254 of its largest; the layers add up.
    private const double QuantizedBudget = 0.1;

    private static readonly (int Batch, int Time)[] Sizes = [(1, 1), (1, 6), (2, 5), (3, 9)];

    private static NamedOnnxValue[] Inputs(int batch, int time)
    {
        Random random = new(time);
        DenseTensor<long> ids = new(new[] { batch, time });
        DenseTensor<long> mask = new(new[] { batch, time });
        for (int i = 0; i < batch * time; i++)
        {
            ids.SetValue(i, random.NextInt64(11));

            // The last row is padded on the left, as generators pad.
            mask.SetValue(i, batch > 1 && i / time == batch - 1 && i % time < 2 ? 0 : 1);
        }

        return [NamedOnnxValue.CreateFromTensor("input_ids", ids), NamedOnnxValue.CreateFromTensor("attention_mask", mask)];
    }

    private static void AssertEqual(Model original, Model model, double budget)
    {
        foreach ((int batch, int time) in Sizes)
        {
            NamedOnnxValue[] inputs = Inputs(batch, time);
            RuleHarness.AssertClose(
                OrtRunner.Run(ModelWriter.ToBytes(original), inputs),
                OrtRunner.Run(ModelWriter.ToBytes(model), inputs),
                budget
            );
        }
    }

    private static string Describe(Model model, OptimizationReport report) =>
        ModelPrinter.Print(model) + string.Join('\n', report.Rewrites.Records.Where(record => !record.Fired));

    [Theory]
    [InlineData(ElementType.Float, 17, RewriteTarget.OnnxRuntime)]
    [InlineData(ElementType.Float16, 17, RewriteTarget.OnnxRuntime)]
    [InlineData(ElementType.Float, 23, RewriteTarget.Portable)]
    public void Optimize_Decoder_FusesEveryLayer(ElementType type, int opset, RewriteTarget target)
    {
        using Model original = TransformerModels.Decoder(type, opset);
        using Model model = TransformerModels.Decoder(type, opset);
        OptimizationReport report = ModelOptimizer.Optimize(model, target);
        Dictionary<string, int> after = model
            .Graph.Nodes.GroupBy(node => node.OpType)
            .ToDictionary(group => group.Key, group => group.Count());
        string text = Describe(model, report);
        Assert.True(after.GetValueOrDefault("RotaryEmbedding") == 4, text);
        Assert.True(after.GetValueOrDefault(target == RewriteTarget.Portable ? "Attention" : "MultiHeadAttention") == 2, text);
        Assert.False(after.ContainsKey("Softmax") || after.ContainsKey("Pow"), text);
        Assert.False(after.ContainsKey("Cos") && after["Cos"] > 1, text);
        AssertEqual(original, model, type == ElementType.Float ? FloatBudget : HalfBudget);
    }

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Float16)]
    public void Optimize_Encoder_FusesEveryLayer(ElementType type)
    {
        using Model original = TransformerModels.Encoder(type);
        using Model model = TransformerModels.Encoder(type);
        OptimizationReport report = ModelOptimizer.Optimize(model, RewriteTarget.OnnxRuntime);
        string text = Describe(model, report);
        Assert.True(model.Graph.Nodes.Count(node => node.OpType == "MultiHeadAttention") == 2, text);
        Assert.False(model.Graph.Nodes.Any(node => node.OpType == "Softmax"), text);
        AssertEqual(original, model, type == ElementType.Float ? FloatBudget : HalfBudget);
    }

    [Fact]
    public void Quantize_OptimizedDecoder_StaysClose()
    {
        using Model original = TransformerModels.Decoder(ElementType.Float);
        using Model dynamic = TransformerModels.Decoder(ElementType.Float);
        ModelOptimizer.Optimize(dynamic, RewriteTarget.OnnxRuntime);
        Assert.NotEmpty(DynamicQuantizer.Quantize(dynamic, new DynamicQuantizationOptions()).Quantized);
        AssertEqual(original, dynamic, QuantizedBudget);

        using Model weights = TransformerModels.Decoder(ElementType.Float);
        ModelOptimizer.Optimize(weights, RewriteTarget.OnnxRuntime);
        Assert.NotEmpty(WeightOnlyQuantizer.Quantize(weights, new WeightOnlyOptions()).Quantized);
        AssertEqual(original, weights, QuantizedBudget);
    }
}
