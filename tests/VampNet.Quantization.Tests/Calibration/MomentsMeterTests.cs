using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Refinement;
using VampNet.Quantization.Calibration;

namespace VampNet.Quantization.Tests.Calibration;

public sealed class MomentsMeterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-moments-tests-").FullName;

    [Fact]
    public void Measure_Samples_AveragesOverAllPositions()
    {
        IReadOnlyDictionary<string, ChannelMoments> moments = MomentsMeter.Measure(
            Graph("Neg"),
            new Dictionary<string, int> { ["x"] = 2, ["inner"] = 2 },
            Samples(),
            cancellationToken: TestContext.Current.CancellationToken
        );

        // Three positions: (1, 2), (3, 4) and (5, -6).
        float[] expected = [35f / 3, -16f / 3, -16f / 3, 56f / 3];
        Assert.All(expected.Zip(moments["x"].Matrix.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.Equal(moments["x"].Matrix.ToArray(), moments["inner"].Matrix.ToArray());
        Assert.Equal([MathF.Sqrt(35f / 3), MathF.Sqrt(56f / 3)], moments["x"].RootMeanSquares());
    }

    [Fact]
    public void Measure_NoSample_GivesNothing() =>
        Assert.Empty(
            MomentsMeter.Measure(
                Graph("Neg"),
                new Dictionary<string, int> { ["inner"] = 2 },
                [],
                cancellationToken: TestContext.Current.CancellationToken
            )
        );

    [Fact]
    public void Measure_ActivationNotFinite_IsRefused()
    {
        OnnxException exception = Assert.Throws<OnnxException>(() =>
            MomentsMeter.Measure(
                Graph("Log"),
                new Dictionary<string, int> { ["inner"] = 2 },
                Samples(),
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(DiagnosticIds.ActivationNotFinite, exception.Id);
        Assert.Contains("'inner'", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ModelSample[] Samples() =>
        [
            new("first", [new ModelInput("x", new[] { 1f, 2f, 3f, 4f }, [1, 2, 2])]),
            new("second", [new ModelInput("x", new[] { 5f, -6f }, [1, 1, 2])]),
        ];

    private string Graph(string opType)
    {
        GraphBuilder builder = new("moments", 13);
        Value x = builder.Input("x", ElementType.Float, 1, Dim.Symbol("T"), 2);
        Value inner = builder.Node(opType, "inner", [x]);
        builder.Output(builder.Node("Relu", "relu", [inner]), "y", ElementType.Float, 1, Dim.Symbol("T"), 2);
        using Model model = builder.Build();
        string path = Path.Combine(_folder, $"{opType}.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return path;
    }
}
