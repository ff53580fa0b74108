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
