using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests.Judging;

public sealed class NodeOutputMeterTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Fact]
    public void Measure_QuantizedTransformer_ListsOutputsWorstFirst()
    {
        QuantizationRequest request = micro.Request("coarse.onnx") with { Extent = 13, JudgedSamples = 1 };
        QuantizationResult result = QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            result.Report.Quantized.Select(weight => weight.Output).Order(StringComparer.Ordinal),
            result.Nodes.Select(node => node.Output).Order(StringComparer.Ordinal)
        );
        Assert.Equal(result.Nodes.OrderBy(node => node.SignalToNoise), result.Nodes);
        Assert.All(result.Nodes, node => Assert.InRange(node.SignalToNoise, 3, 50));
        Assert.All(result.Nodes, node => Assert.True(node.Minimum < node.Maximum));
        Assert.All(result.Nodes, node => Assert.Null(node.Saturated));
    }

    [Fact]
    public void Measure_StaticRanges_SaysWhatSaturates()
    {
        GraphBuilder builder = new("rows", 20);
        Value x = builder.Input("x", ElementType.Float, 1, 8, 1);
        Value w = builder.Weight("w", TensorData.FromArray(new[] { 1f }, 1, 1));
        builder.Output(builder.Node("MatMul", "y", [x, w]), "y", ElementType.Float, 1, 8, 1);
        string reference = Path.Combine(micro.Root, "rows.onnx"),
            candidate = Path.Combine(micro.Root, "rows.static.onnx");
        using (Model model = builder.Build())
        {
            ModelWriter.Write(model, reference, new ExternalDataOptions());
            Dictionary<string, ActivationRange> ranges = new() { ["x"] = new(-1, 1), ["y"] = new(-1, 1) };
            StaticQuantizer.Quantize(model, new() { Calibration = new() { Ranges = ranges } });
            ModelWriter.Write(model, candidate, new ExternalDataOptions());
        }

        ModelSample sample = new("values", [new ModelInput("x", new[] { -3f, -1, -0.5f, 0, 0.25f, 1, 1.5f, 0.75f }, [1, 8, 1])]);
        NodeOutputLoss loss = Assert.Single(NodeOutputMeter.Measure(reference, candidate, new HashSet<string> { "y" }, sample));
        Assert.Equal((-3f, 1.5f, 2 / 8.0), (loss.Minimum, loss.Maximum, loss.Saturated));
    }

    [Fact]
    public void Measure_OneGraphTwice_IsExact()
    {
        string graph = micro.Graph("coarse.onnx");
        using Model model = ModelReader.Read(graph);
        HashSet<string> products = [.. model.Graph.Nodes.Where(node => node.OpType == "MatMul").Select(node => node.Outputs[0].Name)];
        ModelSample sample = SampleMaker.For(model, MicroExport.Profile("coarse.onnx")).Seeded(3, 1, 7).Single();
        ImmutableArray<NodeOutputLoss> losses = NodeOutputMeter.Measure(graph, graph, products, sample);
        Assert.NotEmpty(losses);
        Assert.All(losses, loss => Assert.Equal(double.PositiveInfinity, loss.SignalToNoise));
    }
}
