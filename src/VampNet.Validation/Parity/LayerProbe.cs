using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using static TorchSharp.torch;

namespace VampNet.Validation.Parity;

/// <summary>The input and the reference outputs of a comparison by layer.</summary>
/// <param name="Case">The size of the input.</param>
/// <param name="Inputs">The graph's inputs.</param>
/// <param name="Probes">The reference's outputs, computed while enumerated.</param>
internal sealed record LayerTrial(VerificationCase Case, ImmutableArray<ModelInput> Inputs, IEnumerable<LayerProbe> Probes);

/// <summary>A layer's output in the reference, to compare with the value of the same name in a graph.</summary>
/// <param name="Values">The names of the graph's values that it takes to compare.</param>
/// <param name="Compare">The differences, given those values in that order.</param>
internal sealed record LayerProbe(ImmutableArray<string> Values, Func<IReadOnlyList<OrtValue>, IEnumerable<LayerDifference>> Compare)
{
    /// <summary>Creates a probe for a layer with one output.</summary>
    /// <param name="value">The name of the graph's value.</param>
    /// <param name="output">The reference's output, float32.</param>
    /// <exception cref="ValidationException">VNV0203, when it compares: the graph's value has another shape.</exception>
    public static LayerProbe Of(string value, Tensor output)
    {
        FloatTensor expected = TorchTensors.Copy(output);
        return new LayerProbe([value], actual => [LayerDifference.Of(value, expected.Values, Read(value, expected.Shape, actual[0]))]);
    }

    /// <summary>The numbers of a graph's value.</summary>
    /// <exception cref="ValidationException">VNV0203: it has another shape than the reference's.</exception>
    public static ReadOnlySpan<float> Read(string value, long[] shape, OrtValue actual)
    {
        TransformerParity.RequireSameShape(value, shape, actual.GetTensorTypeAndShape().Shape);
        return actual.GetTensorDataAsSpan<float>();
    }
}
