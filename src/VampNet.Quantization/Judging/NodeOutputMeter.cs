using System.Collections.Immutable;
using System.Numerics.Tensors;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Quantization.Calibration;

namespace VampNet.Quantization.Judging;

/// <summary>Compares two graphs node by node, on one sample.</summary>
internal static class NodeOutputMeter
{
    /// <summary>Measures values that both graphs produce under one name.</summary>
    /// <param name="reference">The graph in floating point.</param>
    /// <param name="candidate">The quantized graph.</param>
    /// <param name="outputs">Names of values; those that are not tensors of floating point of one shape in both main graphs are
    /// passed over.</param>
    /// <param name="sample">The inputs of the run.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <returns>Worst first; a value that is not finite is the worst.</returns>
    /// <exception cref="QuantizationException">A graph does not load or run.</exception>
    public static ImmutableArray<NodeOutputLoss> Measure(
        string reference,
        string candidate,
        IReadOnlySet<string> outputs,
        ModelSample sample,
        int threads = 0
    )
    {
        ArgumentNullException.ThrowIfNull(outputs);
        Dictionary<string, float[]> expected = [];
        Run(reference, outputs, sample, threads, (name, values) => expected[name] = values.ToArray());
        List<NodeOutputLoss> losses = [];
        ImmutableDictionary<string, ActivationRange> ranges = StoredRanges.Read(candidate);
        Run(
            candidate,
            outputs,
            sample,
            threads,
            (name, values) =>
            {
                if (expected.TryGetValue(name, out float[]? wanted) && wanted.Length == values.Length)
                {
                    losses.Add(
                        Compare(name, wanted, values) with
                        {
                            Saturated = ranges.TryGetValue(name, out ActivationRange range)
                                ? wanted.Count(value => value < range.Minimum || value > range.Maximum) / (double)wanted.Length
                                : null,
                        }
                    );
                }
            }
        );
        return [.. losses.OrderBy(loss => loss.SignalToNoise)];
    }

    private static void Run(
        string path,
        IReadOnlySet<string> outputs,
        ModelSample sample,
        int threads,
        Action<string, ReadOnlySpan<float>> read
    )
    {
        using TemporaryFolder folder = new();
        string observed = folder.At("observed.onnx");
        ObservedGraph.Write(path, observed, outputs);
        using GraphSession session = new(observed, threads, optimize: false);
        session.Run(
            sample,
            (name, value) =>
            {
                if (
                    outputs.Contains(name)
                    && value.GetTensorTypeAndShape().ElementDataType is var type
                    && OutputReader.IsFloatingPoint(type)
                )
                {
                    read(name, (float[])OutputReader.ReadNumbers(value, type)!);
                }
            }
        );
    }

    /// <summary>Compares one value of both graphs.</summary>
    internal static NodeOutputLoss Compare(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        LossMeter meter = new(OutputKind.Signal);
        meter.Add(expected, actual, [expected.Length]);
        return new NodeOutputLoss(
            name,
            meter.Conclude().SignalToNoise!.Value,
            TensorPrimitives.Min(expected),
            TensorPrimitives.Max(expected)
        );
    }
}
