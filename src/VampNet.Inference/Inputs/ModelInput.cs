using Microsoft.ML.OnnxRuntime;

namespace VampNet.Inference.Inputs;

/// <summary>One tensor to feed to a graph: int64, int32, float32, float64 or bool, row-major.</summary>
/// <param name="Name">The graph input.</param>
/// <param name="Values">A <c>long[]</c>, <c>int[]</c>, <c>float[]</c>, <c>double[]</c> or <c>bool[]</c> with as many elements as the shape
/// asks for.</param>
/// <param name="Shape">The dimensions.</param>
public sealed record ModelInput(string Name, Array Values, long[] Shape)
{
    internal OrtValue ToOrtValue() =>
        Values switch
        {
            long[] values => OrtValue.CreateTensorValueFromMemory(values, Shape),
            int[] values => OrtValue.CreateTensorValueFromMemory(values, Shape),
            float[] values => OrtValue.CreateTensorValueFromMemory(values, Shape),
            double[] values => OrtValue.CreateTensorValueFromMemory(values, Shape),
            bool[] values => OrtValue.CreateTensorValueFromMemory(values, Shape),
            _ => throw new InvalidOperationException($"{Values.GetType().Name} is no tensor."),
        };
}
