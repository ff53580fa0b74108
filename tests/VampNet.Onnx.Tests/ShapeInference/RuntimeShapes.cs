using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>The shapes, and the int64 and bool elements, that ONNX Runtime computes.</summary>
internal sealed class RuntimeShapes : IDisposable
{
    private readonly InferenceSession _session;

    /// <exception cref="OnnxRuntimeException">The runtime lacks an operator of the model.</exception>
    public RuntimeShapes(Model model)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        _session = new InferenceSession(ModelWriter.ToBytes(model), options);
    }

    /// <summary>Runs a model whose inputs are tensors of numbers, all of them 0.</summary>
    /// <returns>For each output its shape, and its elements where they are int64 or bool.</returns>
    /// <exception cref="OnnxRuntimeException">The runtime lacks the operator, or refuses its data.</exception>
    public static IReadOnlyList<(long[] Shape, long[] Elements)> Run(Model model, IReadOnlyDictionary<string, long> lengths)
    {
        using var runtime = new RuntimeShapes(model);
        return runtime.Run(model.Graph.Inputs.ToDictionary(static input => input.Name, input => Zeros(input.TensorType!, lengths)));
    }

    /// <inheritdoc cref="Run(Model, IReadOnlyDictionary{string, long})"/>
    public IReadOnlyList<(long[] Shape, long[] Elements)> Run(InputValues values) => Run(values.Inputs);

    public void Dispose() => _session.Dispose();

    private List<(long[] Shape, long[] Elements)> Run(IReadOnlyDictionary<string, OrtValue> inputs)
    {
        using var run = new RunOptions();
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, inputs, _session.OutputNames);
            return [.. results.Select(static result => (result.GetTensorTypeAndShape().Shape, Elements(result)))];
        }
        finally
        {
            foreach (OrtValue input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }

    private static long[] Elements(OrtValue result) =>
        result.GetTensorTypeAndShape().ElementDataType switch
        {
            TensorElementType.Int64 => result.GetTensorDataAsSpan<long>().ToArray(),
            TensorElementType.Bool => [.. result.GetTensorDataAsSpan<bool>().ToArray().Select(static flag => flag ? 1L : 0L)],
            _ => [],
        };

    private static OrtValue Zeros(TensorType type, IReadOnlyDictionary<string, long> lengths)
    {
        long[] shape =
        [
            .. type.Shape!.Select(length =>
                length.TryEvaluate(lengths, out long number) ? number : throw new ArgumentException($"No length for {length}.")
            ),
        ];
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type.ElementType, shape);
        value.GetTensorMutableRawData().Clear();
        return value;
    }
}
