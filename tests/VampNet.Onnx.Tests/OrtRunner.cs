using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace VampNet.Onnx.Tests;

/// <summary>Runs models in ONNX Runtime, without its own rewriting, on seeded inputs.</summary>
internal static class OrtRunner
{
    /// <summary>The outputs, in order, each as doubles.</summary>
    public static double[][] Run(Model model, IReadOnlyDictionary<string, long> lengths, int seed = 5)
    {
        Random random = new(seed);
        List<NamedOnnxValue> inputs = [];
        foreach (Value input in model.Graph.Inputs)
        {
            TensorType type = input.TensorType!;
            int[] shape =
            [
                .. type.Shape!.Select(dim =>
                    (int)(dim.TryEvaluate(lengths, out long length) ? length : throw new ArgumentException($"No length for {dim}."))
                ),
            ];
            inputs.Add(Sample(input.Name, type.ElementType, shape, random));
        }

        return Run(ModelWriter.ToBytes(model), inputs);
    }

    /// <summary>The outputs, in order, each as doubles.</summary>
    public static double[][] Run(byte[] model, IReadOnlyCollection<NamedOnnxValue> inputs)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using InferenceSession session = new(model, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(inputs);
        return [.. results.Select(ToDoubles)];
    }

    private static NamedOnnxValue Sample(string name, ElementType type, int[] shape, Random random)
    {
        int count = shape.Aggregate(1, (product, length) => product * length);
        return type switch
        {
            ElementType.Float => NamedOnnxValue.CreateFromTensor(
                name,
                new DenseTensor<float>(Fill(count, () => (float)((random.NextDouble() * 4) - 2)), shape)
            ),
            ElementType.Int64 => NamedOnnxValue.CreateFromTensor(
                name,
                new DenseTensor<long>(Fill(count, () => random.NextInt64(-9, 10)), shape)
            ),
            ElementType.Int32 => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(Fill(count, () => random.Next(-9, 10)), shape)),
            ElementType.Bool => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<bool>(Fill(count, () => random.Next(2) == 1), shape)),
            _ => throw new ArgumentException($"No samples of {type}."),
        };
    }

    private static double[] ToDoubles(DisposableNamedOnnxValue value) =>
        value.Value switch
        {
            Tensor<float> floats => [.. floats.Select(element => (double)element)],
            Tensor<double> doubles => [.. doubles],
            Tensor<long> integers => [.. integers.Select(element => (double)element)],
            Tensor<int> integers => [.. integers.Select(element => (double)element)],
            Tensor<bool> flags => [.. flags.Select(element => element ? 1.0 : 0.0)],
            _ => throw new ArgumentException($"Output '{value.Name}' is of no known type."),
        };

    private static T[] Fill<T>(int count, Func<T> next)
    {
        T[] values = new T[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = next();
        }

        return values;
    }
}
