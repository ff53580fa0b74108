using System.Runtime.InteropServices;
using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests;

/// <summary>Graphs of float16 and float64, quantized and judged as any other.</summary>
public sealed class OtherFloatTypesRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-types-").FullName;

    [Theory]
    [InlineData(ElementType.Float16, QuantizationScheme.Dynamic)]
    [InlineData(ElementType.Float16, QuantizationScheme.Static)]
    [InlineData(ElementType.Float16, QuantizationScheme.WeightOnly8)]
    [InlineData(ElementType.Float16, QuantizationScheme.WeightOnly4)]
    [InlineData(ElementType.Double, QuantizationScheme.Dynamic)]
    [InlineData(ElementType.Double, QuantizationScheme.Static)]
    [InlineData(ElementType.Double, QuantizationScheme.WeightOnly8)]
    [InlineData(ElementType.Double, QuantizationScheme.Float16)]
    public void Run_GraphOfAnotherType_IsSmallerAndJudgedAgainstIt(ElementType type, QuantizationScheme scheme)
    {
        double single = Run(Request(ElementType.Float) with { Scheme = scheme }).Judgement!.Loss.SignalToNoise!.Value;
        QuantizationRequest request = Request(type) with { Scheme = scheme };
        QuantizationResult result = Run(request);

        Assert.Equal(2, result.Report.Quantized.Length);
        // Judged against its own original, the graph loses what the same graph of float32 loses, but for roundings of 11 digits.
        Assert.InRange(result.Judgement!.Loss.SignalToNoise!.Value, single - 1, single + 1);
        Assert.True(result.Judgement.BytesAfter < 0.7 * result.Judgement.BytesBefore);
        using Model model = ModelReader.Read(request.Output);
        Assert.All(model.Graph.Inputs.Concat(model.Graph.Outputs), value => Assert.Equal(type, value.TensorType!.ElementType));
        Assert.Empty(ModelVerifier.Verify(model));
    }

    [Theory]
    [InlineData(QuantizationScheme.Dynamic)]
    [InlineData(QuantizationScheme.WeightOnly4)]
    public void Run_GoalOfFloat16_ReturnsNodesAtTheirOldSize(QuantizationScheme scheme)
    {
        QuantizationRequest request = Request(ElementType.Float16) with { Scheme = scheme, Goal = new QualityGoal(GoalMetric.Sqnr, 60) };
        QuantizationResult result = Run(request);

        Assert.False(result.Goal!.Met);
        Assert.Single(result.Report.Quantized);
        Assert.Contains(result.Report.Kept, kept => kept.Bytes == 64 * 64 * sizeof(ushort));
        Assert.True(result.Judgement!.BytesAfter < result.Judgement.BytesBefore);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static QuantizationResult Run(QuantizationRequest request) =>
        QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>y = tanh(x W) U; x [N,64].</summary>
    private QuantizationRequest Request(ElementType type)
    {
        GraphBuilder builder = new("types", 20);
        Value x = builder.Input("x", type, Dim.Symbol("N"), 64);
        Value inner = builder.Node("Tanh", "inner", [builder.Node("MatMul", "first", [x, Weight(builder, "w", type, 1)])]);
        builder.Output(builder.Node("MatMul", "second", [inner, Weight(builder, "u", type, 2)]), "y", type, Dim.Symbol("N"), 64);
        using Model model = builder.Build();
        string path = Path.Combine(_folder, "graph.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return new QuantizationRequest(path, Path.Combine(_folder, "out.onnx"))
        {
            JudgedSamples = 2,
            Extent = 40,
            OutputKind = OutputKind.Signal,
            Selection = new NodeSelection { Include = ["*"] },
        };
    }

    private static Value Weight(GraphBuilder builder, string name, ElementType type, int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, 64 * 64).Select(_ => (random.NextDouble() - 0.5) / 4)];
        return builder.Weight(
            name,
            type == ElementType.Double ? TensorData.FromArray(values, 64, 64)
                : type == ElementType.Float ? TensorData.FromArray(Array.ConvertAll(values, value => (float)value), 64, 64)
                : TensorData.FromBytes(
                    type,
                    MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()).ToArray(),
                    64,
                    64
                )
        );
    }
}
