using VampNet.Onnx;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests;

/// <summary>Layers of LSTM in whole runs: which form each scheme writes.</summary>
public sealed class LstmRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vampnet-lstm-").FullName;

    [Theory]
    [InlineData(QuantizationScheme.Dynamic, WeightOnlyForm.MatMulNBits, "DynamicQuantizeLSTM")]
    [InlineData(QuantizationScheme.Dynamic, WeightOnlyForm.DequantizeLinear, "LSTM")]
    [InlineData(QuantizationScheme.Static, WeightOnlyForm.MatMulNBits, "DynamicQuantizeLSTM")]
    [InlineData(QuantizationScheme.WeightOnly8, WeightOnlyForm.MatMulNBits, "LSTM")]
    public void Run_LargeLayer_IsWrittenForTheRuntime(QuantizationScheme scheme, WeightOnlyForm form, string opType)
    {
        QuantizationRequest request = Request(units: 128) with { Scheme = scheme, Form = form };
        QuantizationResult result = Run(request);

        Assert.Equal(["w", "r"], result.Report.Quantized.Select(weight => weight.Weight));
        Assert.InRange(result.Judgement!.Loss.SignalToNoise!.Value, 25, 90);
        Assert.True(result.Judgement.BytesAfter < 0.4 * result.Judgement.BytesBefore);
        using Model model = ModelReader.Read(request.Output);
        Assert.Contains(model.Graph.Nodes, node => node.OpType == opType);
    }

    [Fact]
    public void Run_Auto_TriesLayersToo()
    {
        QuantizationResult result = Run(Request(units: 256) with { Scheme = QuantizationScheme.Auto, OrFloat32 = true });
        Assert.Equal(["LSTM"], result.Trials.Select(trial => string.Join('/', trial.Operators)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static QuantizationResult Run(QuantizationRequest request) =>
        QuantizationRun.Run(request, cancellationToken: TestContext.Current.CancellationToken);

    private QuantizationRequest Request(int units)
    {
        const int Inputs = 48;
        GraphBuilder builder = new("lstm", 20);
        Value x = builder.Input("x", ElementType.Float, 20, 1, Inputs);
        Value y = builder.Node(
            "LSTM",
            "layer",
            [x, Weight("w", 1, 4 * units, Inputs), Weight("r", 1, 4 * units, units)],
            [("hidden_size", (long)units)]
        );
        builder.Output(y, "y", ElementType.Float, 20, 1, 1, units);
        using Model model = builder.Build();
        string path = Path.Combine(_folder, "graph.onnx");
        ModelWriter.Write(model, path, new ExternalDataOptions());
        return new QuantizationRequest(path, Path.Combine(_folder, "out.onnx")) { JudgedSamples = 2, OutputKind = OutputKind.Signal };

        Value Weight(string name, params long[] shape)
        {
            Random random = new(name[0]);
            float[] values =
            [
                .. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextSingle() - 0.5f) / 4),
            ];
            return builder.Weight(name, TensorData.FromArray(values, shape));
        }
    }
}
