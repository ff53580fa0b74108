using System.Collections.Immutable;
using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Calibration;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Search;

public sealed class SensitivityMeterTests(MicroExport micro) : IClassFixture<MicroExport>
{
    [Theory]
    [InlineData("coarse.onnx", QuantizationScheme.Dynamic)]
    [InlineData("coarse.onnx", QuantizationScheme.WeightOnly4)]
    [InlineData("coarse.onnx", QuantizationScheme.Float16)]
    [InlineData("codec_decoder.onnx", QuantizationScheme.Static)]
    public void Rank_EachNodeAlone_CostsWhatAModelOfItAloneCosts(string graph, QuantizationScheme scheme)
    {
        QuantizationRequest request = Request(graph, scheme);
        ModelSample sample = Sample(request);
        ImmutableArray<NodeSensitivity> ranks = SensitivityMeter.Rank(request, sample, TestContext.Current.CancellationToken);

        Assert.Equal(ranks.OrderByDescending(node => node.Cost), ranks);
        QuantizationReport report = QuantizationRun.Quantize(request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            report.Quantized.Select(weight => weight.Output).Distinct().Order(StringComparer.Ordinal),
            ranks.Select(node => node.Output).Order(StringComparer.Ordinal)
        );
        Assert.Equal(report.BytesBefore - report.BytesAfter, ranks.Sum(node => node.Bytes));
        foreach (NodeSensitivity node in (NodeSensitivity[])[ranks[0], ranks[ranks.Length / 2]])
        {
            QuantizationRun.Quantize(
                request with
                {
                    Selection = new NodeSelection { Only = new HashSet<string> { node.Output } },
                },
                cancellationToken: TestContext.Current.CancellationToken
            );
            QuantizationLoss loss = QuantizationJudge
                .Compare(request.Input, request.Output, [sample], cancellationToken: TestContext.Current.CancellationToken)
                .Single();
            double alone = loss.Divergence ?? Math.Pow(10, -loss.SignalToNoise!.Value / 10);
            AssertSameCost(alone, node.Cost, scheme);
        }
    }

    [Fact]
    public void AddSwitches_Nodes_HaveTwinsToChooseFrom()
    {
        using Model model = ModelReader.Read(micro.Graph("coarse.onnx"));
        string[] products = [.. model.Graph.Nodes.Where(node => node.OpType == "MatMul").Select(node => node.Outputs[0].Name).Take(3)];
        int before = model.Graph.Nodes.Count;
        ImmutableDictionary<string, string> switched = SwitchedGraph.AddSwitches(model, products);

        Assert.Equal(products.Order(StringComparer.Ordinal), switched.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before + (3 * products.Length), model.Graph.Nodes.Count);
        Assert.Empty(ModelVerifier.Verify(model));
    }

    /// <summary>
    /// Both costs are squares of the same error, computed in two graphs whose kernels may sum in another order. Errors add like lengths of
    /// vectors, so their roots differ by at most what the order changes: integer products are exact, and float32 sums of outputs up to 32
    /// in some 64 roundings of 2^-24 each. Float16 kernels sum in float16 or in float32, as the processor has it: what that changes is as
    /// large as the error itself.
    /// </summary>
    private static void AssertSameCost(double expected, double actual, QuantizationScheme scheme)
    {
        const double Float32Order = 64 * 32 / 16_777_216.0;
        double order = Float32Order + (scheme == QuantizationScheme.Float16 ? Math.Sqrt(expected) : 0);

        Assert.InRange(Math.Sqrt(actual), Math.Max(0, Math.Sqrt(expected) - order), Math.Sqrt(expected) + order);
        Assert.True(actual > 0);
    }

    private QuantizationRequest Request(string graph, QuantizationScheme scheme) =>
        micro.Request(graph) with
        {
            Scheme = scheme,
            EmbeddingTables = scheme == QuantizationScheme.Static,
            Calibration = new CalibrationSource { SeededSamples = 1 },
            Extent = 11,
        };

    private static ModelSample Sample(QuantizationRequest request)
    {
        using Model model = ModelReader.Read(request.Input);
        return SampleMaker.For(model, request.Profile).Seeded(77, 1, 11).Single();
    }
}
