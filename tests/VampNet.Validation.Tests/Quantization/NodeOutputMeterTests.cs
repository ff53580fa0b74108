using VampNet.Onnx;
using VampNet.Validation.Quantization;

namespace VampNet.Validation.Tests.Quantization;

public sealed class NodeOutputMeterTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Fact]
    public void Measure_QuantizedTransformer_ListsOutputsWorstFirst()
    {
        QuantizationRequest request = new(micro.Graph("coarse.onnx"), micro.Output()) { Extent = 13, JudgedSamples = 1 };
        QuantizationResult result = QuantizationRun.Run(request, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(5, result.WorstNodes.Length);
        Assert.Equal(result.WorstNodes.OrderBy(node => node.SignalToNoise), result.WorstNodes);
        Assert.Subset(result.Report.Quantized.Select(weight => weight.Output).ToHashSet(), result.WorstNodes.Select(node => node.Output).ToHashSet());
        Assert.All(result.WorstNodes, node => Assert.InRange(node.SignalToNoise, 3, 50));
    }

    [Fact]
    public void Measure_OneGraphTwice_IsExact()
    {
        string graph = micro.Graph("coarse.onnx");
        using Model model = ModelReader.Read(graph);
        HashSet<string> products = [.. model.Graph.Nodes.Where(node => node.OpType == "MatMul").Select(node => node.Outputs[0].Name)];
        ModelSample sample = SampleMaker.For(model).Seeded(3, 1, 7).Single();
        var losses = NodeOutputMeter.Measure(graph, graph, products, sample);
        Assert.NotEmpty(losses);
        Assert.All(losses, loss => Assert.Equal(double.PositiveInfinity, loss.SignalToNoise));
    }
}
