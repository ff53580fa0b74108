using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Quantization.Judging;
using VampNet.TestSupport;

namespace VampNet.Quantization.Tests.Judging;

public sealed class LayerLossMeterTests(MicroExport micro) : IClassFixture<MicroExport>
{
    private static readonly ModelSample Sample = new(
        "seeded",
        [new ModelInput("codes", SeededInputs.Codes(3, 1, 4, 21, 64, 0.25), [1, 4, 21])]
    );

    [Fact]
    public void Measure_AQuantizedGraph_LosesInEveryLayer()
    {
        string quantized = micro.Output();
        QuantizationRun.Quantize(
            new QuantizationRequest(micro.Graph("coarse.onnx"), quantized),
            cancellationToken: TestContext.Current.CancellationToken
        );

        ImmutableArray<NodeOutputLoss> layers = LayerLossMeter.Measure(micro.Graph("coarse.onnx"), quantized, Sample, threads: 1);

        Assert.Equal(["transformer.layers.0.output", "transformer.layers.1.output"], layers.Select(layer => layer.Output));
        Assert.All(layers, layer => Assert.InRange(layer.SignalToNoise, 5, 80));
    }

    [Fact]
    public void Measure_TheSameGraph_LosesNothing() =>
        Assert.All(
            LayerLossMeter.Measure(micro.Graph("coarse.onnx"), micro.Graph("coarse.onnx"), Sample, 1),
            layer => Assert.Equal(double.PositiveInfinity, layer.SignalToNoise)
        );

    [Fact]
    public void Measure_AGraphWithoutLayers_IsEmpty() =>
        Assert.Empty(LayerLossMeter.Measure(Golden.Path("foreign/coarse_torch_export.onnx"), micro.Graph("coarse.onnx"), Sample, 1));
}
