using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;

namespace VampNet.Validation;

/// <summary>One set of inputs that two graphs are compared on.</summary>
/// <param name="Name">The inputs with their shapes, such as <c>codes[2,4,61]</c>.</param>
/// <param name="Inputs">One array for each input, by name, with its shape.</param>
internal sealed record ProofTrial(string Name, ImmutableArray<(string Name, Array Values, long[] Shape)> Inputs)
{
    /// <summary>The inputs as ONNX Runtime takes them; whoever receives them disposes them.</summary>
    public OrtValue[] ToOrtValues() => [.. Inputs.Select(input => input.Values switch
    {
        float[] values => OrtValue.CreateTensorValueFromMemory(values, input.Shape),
        double[] values => OrtValue.CreateTensorValueFromMemory(values, input.Shape),
        long[] values => OrtValue.CreateTensorValueFromMemory(values, input.Shape),
        int[] values => OrtValue.CreateTensorValueFromMemory(values, input.Shape),
        bool[] values => OrtValue.CreateTensorValueFromMemory(values, input.Shape),
        _ => throw new InvalidOperationException($"{input.Values.GetType().Name} is no input."),
    })];
}
