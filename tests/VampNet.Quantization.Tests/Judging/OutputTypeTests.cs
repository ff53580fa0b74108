using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Quantization.Judging;
using VampNet.Quantization.Search;

namespace VampNet.Quantization.Tests.Judging;

/// <summary>Judges outputs of every floating-point type as every kind.</summary>
public sealed class OutputTypeTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-quantization-");

    public static TheoryData<ElementType, OutputKind, string> Cases
    {
        get
        {
            TheoryData<ElementType, OutputKind, string> cases = [];
            foreach (ElementType type in (ElementType[])[ElementType.Float16, ElementType.BFloat16, ElementType.Double])
            {
                cases.Add(type, OutputKind.Logits, "kl<=0.1");
                cases.Add(type, OutputKind.Image, "psnr>=20");
                cases.Add(type, OutputKind.Embedding, "cosine>=0.99");
                cases.Add(type, OutputKind.Audio, "si-sdr>=15");
                cases.Add(type, OutputKind.Regression, "error<=0.05");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_OutputOfAnyFloatingPoint_IsJudgedByItsKind(ElementType type, OutputKind kind, string goal)
    {
        Assert.True(QualityGoal.TryParse(goal, out QualityGoal? wanted));
        QuantizationRequest request = new(Write(type), Path.Combine(_root.FullName, "int8.onnx"))
        {
            OutputKind = kind,
            Goal = wanted,
            JudgedSamples = 2,
            Threads = 1,
        };

        QuantizationResult result = QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

        double value = wanted.Require(result.Judgement!.Loss);
        Assert.True(double.IsFinite(value), $"{value}");
        Assert.True(result.Goal!.Met, $"{value}");
        Assert.Equal(kind, result.Judgement.Loss.Kind);
        Assert.InRange(result.Judgement.Loss.SignalToNoise!.Value, 20, 90);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.Double)]
    public void Measure_ValuesOfAnyFloatingPoint_AreListed(ElementType type)
    {
        string path = Write(type);
        using Model model = ModelReader.Read(path);
        ModelSample sample = SampleMaker.For(model, new InputProfile()).Seeded(3, 1, 4).Single();
        NodeOutputLoss loss = Assert.Single(NodeOutputMeter.Measure(path, path, new HashSet<string> { "y" }, sample));
        Assert.Equal(double.PositiveInfinity, loss.SignalToNoise);
        Assert.True(loss.Minimum < loss.Maximum);
    }

    [Fact]
    public void Measure_WholeNumbersAsAnImage_HavePeakSignalToNoise()
    {
        string path = Write(ElementType.UInt8);
        using Model model = ModelReader.Read(path);
        ModelSample sample = SampleMaker.For(model, new InputProfile()).Seeded(3, 1, 4).Single();
        QuantizationLoss loss = QuantizationJudge.Measure(path, path, [sample], kind: OutputKind.Image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(double.PositiveInfinity, loss.Similarity!.PeakSignalToNoise);
        Assert.Null(loss.Tokens);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private string Write(ElementType type)
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, 1, 3, 8, 32);
        Random random = new(5);
        float[] weights = [.. Enumerable.Range(0, 32 * 48).Select(_ => (float)(random.NextDouble() - 0.5))];
        Value product = g.Node("MatMul", "product", [x, g.Weight("w", TensorData.FromArray(weights, 32, 48))]);
        Value bound = g.Node("Mul", "scaled", [product, g.Constant(type == ElementType.UInt8 ? 20f : 1f)]);
        bound = type == ElementType.UInt8 ? g.Node("Clip", "pixels", [bound, g.Constant(0f), g.Constant(255f)]) : bound;
        g.Output(g.Node("Cast", "y", [bound], [("to", (long)type)]), "y", type, 1, 3, 8, 48);
        using Model model = g.Build();
        string path = Path.Combine(_root.FullName, "float.onnx");
        ModelWriter.Write(model, path, null);
        return path;
    }
}
