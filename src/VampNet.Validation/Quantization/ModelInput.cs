using Microsoft.ML.OnnxRuntime;

namespace VampNet.Validation.Quantization;

/// <summary>One tensor to feed to a graph: int64, float32 or bool, row-major.</summary>
/// <param name="Name">The graph input.</param>
/// <param name="Values">A <c>long[]</c>, <c>float[]</c> or <c>bool[]</c> with as many elements as the shape asks for.</param>
/// <param name="Shape">The dimensions.</param>
public sealed record ModelInput(string Name, Array Values, long[] Shape)
{
    internal OrtValue ToOrtValue() => Values switch
    {
        long[] integers => OrtValue.CreateTensorValueFromMemory(integers, Shape),
        float[] numbers => OrtValue.CreateTensorValueFromMemory(numbers, Shape),
        bool[] switches => OrtValue.CreateTensorValueFromMemory(switches, Shape),
        _ => throw new InvalidOperationException($"{Values.GetType().Name} is no tensor."),
    };
}
