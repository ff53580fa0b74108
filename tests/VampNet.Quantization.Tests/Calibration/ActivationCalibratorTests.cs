using VampNet.Inference.Inputs;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization.Calibration;

namespace VampNet.Quantization.Tests.Calibration;

public sealed class ActivationCalibratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-calibrator-").FullName;

    [Fact]
    public void FindExtremes_InfiniteActivation_IsAValueToo()
    {
        IReadOnlyDictionary<string, ActivationRange> extremes = ActivationCalibrator.FindExtremes(
            Logarithm(),
            ["x", "log"],
            Samples(),
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal(new ActivationRange(0, 4), extremes["x"]);
        Assert.Equal(new ActivationRange(float.NegativeInfinity, MathF.Log(4)), extremes["log"]);
    }

    [Fact]
    public void Calibrate_InfiniteActivation_IsRefused() =>
        Assert.Equal(
            DiagnosticIds.ActivationNotFinite,
            Assert
                .Throws<OnnxException>(() =>
                    ActivationCalibrator.Calibrate(
                        Logarithm(),
                        ["log"],
                        Samples(),
                        CalibrationMethod.MinMax,
                        cancellationToken: TestContext.Current.CancellationToken
                    )
                )
                .Id
        );

    [Fact]
    public void FindExtremes_StateAndRowsOfALoop_AreSeenInEveryTurn()
    {
        // state = 2 state, three times from x.
        Graph graph = new("loop");
        Value x = graph.AddInput("x", new TensorType(ElementType.Float, TensorShape.Of(3)));
        Graph body = new("body");
        _ = body.AddInput("turn", new TensorType(ElementType.Int64, TensorShape.Scalar));
        Value condition = body.AddInput("condition", new TensorType(ElementType.Bool, TensorShape.Scalar));
        Value state = body.AddInput("state", new TensorType(ElementType.Float, TensorShape.Of(3)));
        body.AddOutput(body.AddNode("Identity", [condition], ["goes_on"]).Outputs[0]);
        body.AddOutput(body.AddNode("Add", [state, state], ["next"]).Outputs[0]);
        Value count = graph.AddInitializer("count", TensorData.Scalar(3L));
        Value y = graph.AddNode("Loop", [count, null, x], ["y"], [Onnx.Attribute.Of("body", body)]).Outputs[0];
        y.Type = x.Type;
        graph.AddOutput(y);
        using Model model = new(graph, 9) { OpsetImports = { [""] = 20 } };
        string path = Path.Combine(_folder, "loop.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());

        IReadOnlyDictionary<string, ActivationRange> extremes = ActivationCalibrator.FindExtremes(
            path,
            ["state", "next"],
            Samples(),
            cancellationToken: TestContext.Current.CancellationToken
        );

        Assert.Equal(new ActivationRange(0, 16), extremes["state"]);
        Assert.Equal(new ActivationRange(0, 32), extremes["next"]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ModelSample[] Samples() =>
        [new("first", [new ModelInput("x", new[] { 1f, 2f, 3f }, [3])]), new("second", [new ModelInput("x", new[] { 0f, 4f, 1f }, [3])])];

    private string Logarithm()
    {
        GraphBuilder builder = new("logarithm", 20);
        Value x = builder.Input("x", ElementType.Float, 3);
        Value log = builder.Node("Log", "log", [x]);
        builder.Output(builder.Node("Exp", "exp", [log]), "y", ElementType.Float, 3);
        using Model model = builder.Build();
        string path = Path.Combine(_folder, "logarithm.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return path;
    }
}
