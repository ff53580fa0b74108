using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx;

namespace VampNet.Export.Tests;

/// <summary>A graph in ONNX Runtime, on one thread.</summary>
internal sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;

    /// <param name="model">The model; it is written in memory, weights and all.</param>
    /// <param name="exposed">Values inside the graph to give out besides its outputs.</param>
    public GraphSession(Model model, params string[] exposed)
    {
        foreach (string name in exposed)
        {
            model.Graph.AddOutput(model.Graph.Values().Single(value => value.Name == name));
        }

        using SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(ModelWriter.ToBytes(model), options);
    }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>Runs the graph on its one input and gives the named output.</summary>
    public Tensor<TOut> Run<TIn, TOut>(Tensor<TIn> input, string output)
        where TIn : unmanaged
        where TOut : unmanaged
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input.Values, [.. input.Shape.Select(dimension => (long)dimension)]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(
            run,
            [_session.InputMetadata.Keys.Single()],
            [value],
            [output]
        );
        int[] shape = [.. results[0].GetTensorTypeAndShape().Shape.Select(dimension => (int)dimension)];
        return new(results[0].GetTensorDataAsSpan<TOut>().ToArray(), shape);
    }

    public void Dispose() => _session.Dispose();
}
