using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Quantization.Judging;

/// <summary>Measures the loss of each layer of a quantized graph, including losses of earlier layers.</summary>
internal static class LayerLossMeter
{
    /// <summary>Compares the layers of two graphs on one sample.</summary>
    /// <param name="reference">The graph in floating point.</param>
    /// <param name="candidate">The quantized graph.</param>
    /// <param name="sample">Sample to feed to both.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">The execution provider; null for the processor.</param>
    /// <returns>One loss for each layer that both produce, in the order they compute; empty for graphs without layers.</returns>
    /// <exception cref="QuantizationException">A graph does not load or run.</exception>
    public static ImmutableArray<NodeOutputLoss> Measure(
        string reference,
        string candidate,
        ModelSample sample,
        int threads,
        SessionProvider? provider = null
    )
    {
        string[] layers = [.. GraphValues.LayersOf(reference).Intersect(GraphValues.LayersOf(candidate))];
        if (layers.Length == 0)
        {
            return [];
        }

        using GraphSession first = GraphSession.OpenWithValues(reference, layers, threads, provider);
        using GraphSession second = GraphSession.OpenWithValues(candidate, layers, threads, provider);
        return first.Run(
            sample,
            layers,
            (expected, _) =>
                second.Run(
                    sample,
                    layers,
                    (actual, _) =>
                        ImmutableArray.Create([
                            .. layers.Select((layer, i) => NodeOutputMeter.Compare(layer, Numbers(expected[i]), Numbers(actual[i]))),
                        ])
                )
        );
    }

    // A layer's output is of floating point in every graph.
    private static float[] Numbers(OrtValue value) =>
        (float[])OutputReader.ReadNumbers(value, value.GetTensorTypeAndShape().ElementDataType)!;
}
