using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VampNet.Onnx.Tests.ShapeInference;

/// <summary>The shapes, and the int64 elements, that ONNX Runtime computes for inputs of zeros.</summary>
internal static class RuntimeShapes
{
    /// <summary>Runs a model whose inputs are tensors of numbers.</summary>
    /// <returns>For each output its shape, and its elements where they are int64.</returns>
    /// <exception cref="OnnxRuntimeException">The runtime lacks the operator, or refuses its data.</exception>
    public static IReadOnlyList<(long[] Shape, long[] Elements)> Run(Model model, IReadOnlyDictionary<string, long> lengths)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var session = new InferenceSession(ModelWriter.ToBytes(model), options);
        using var run = new RunOptions();
        var inputs = model.Graph.Inputs.ToDictionary(static input => input.Name, input => Zeros(input.TensorType!, lengths));
        try
        {
            using var results = session.Run(run, inputs, session.OutputNames);
            return [.. results.Select(static result =>
            {
                var info = result.GetTensorTypeAndShape();
                return (info.Shape, info.ElementDataType == TensorElementType.Int64 ? result.GetTensorDataAsSpan<long>().ToArray() : []);
            })];
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    private static OrtValue Zeros(TensorType type, IReadOnlyDictionary<string, long> lengths)
    {
        long[] shape = [.. type.Shape!.Select(length => length.TryEvaluate(lengths, out var number) ? number : throw new ArgumentException($"No length for {length}."))];
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)type.ElementType, shape);
        value.GetTensorMutableRawData().Clear();
        return value;
    }
}
