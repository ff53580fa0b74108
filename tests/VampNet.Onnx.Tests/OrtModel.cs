using Microsoft.ML.OnnxRuntime;

namespace VampNet.Onnx.Tests;

/// <summary>A model in ONNX Runtime, to check what a graph computes and which fused operators it runs.</summary>
internal sealed class OrtModel : IDisposable
{
    private readonly InferenceSession _session;

    public OrtModel(Model model, bool optimize = true)
        : this(ModelWriter.ToBytes(model), optimize) { }

    public OrtModel(byte[] model, bool optimize = true)
    {
        using SessionOptions options = Options(optimize);
        _session = new InferenceSession(model, options);
    }

    /// <summary>The operators that remain after the runtime's own optimization.</summary>
    public static IReadOnlyList<string> OptimizedOperators(Model model)
    {
        using TemporaryFolder folder = new();
        using SessionOptions options = Options(optimize: true);
        options.OptimizedModelFilePath = folder.File("optimized.onnx");
        using (InferenceSession session = new(ModelWriter.ToBytes(model), options)) { }

        using Model optimized = ModelReader.Read(options.OptimizedModelFilePath);
        return [.. optimized.Graph.Nodes.Select(node => node.OpType)];
    }

    /// <summary>Runs the model; every output must be float32.</summary>
    public IReadOnlyDictionary<string, float[]> Run(params (string Name, OrtValue Value)[] inputs)
    {
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options,
            [.. inputs.Select(input => input.Name)],
            [.. inputs.Select(input => input.Value)],
            _session.OutputNames
        );
        return _session
            .OutputNames.Zip(outputs)
            .ToDictionary(pair => pair.First, pair => pair.Second.GetTensorDataAsSpan<float>().ToArray());
    }

    public static OrtValue Tensor<T>(T[] values, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);

    public void Dispose() => _session.Dispose();

    private static SessionOptions Options(bool optimize) =>
        new()
        {
            GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
}
