using System.Numerics.Tensors;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Quantization.Calibration;

/// <summary>
/// Measures how the channels of activations vary together. ONNX Runtime multiplies each activation with itself where it is made, so that a
/// sample costs no more than a run of the model; memory holds K^2 numbers for each activation of K channels, twice, and does not grow with
/// the number of samples.
/// </summary>
internal static class MomentsMeter
{
    private const string Sum = ".vampnet.moments";
    private const string Count = ".vampnet.size";

    /// <summary>Runs a graph on samples and averages.</summary>
    /// <param name="path">The graph in floating point.</param>
    /// <param name="activations">The number of channels by the activation's name: results of nodes, or inputs, of the main graph.</param>
    /// <param name="samples">Samples to feed; each is taken once.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <returns>The moments by name; an activation that held nothing is missing.</returns>
    /// <exception cref="OnnxException">An activation is not finite (<see cref="DiagnosticIds.ActivationNotFinite"/>).</exception>
    /// <exception cref="QuantizationException">The graph does not load or run.</exception>
    public static IReadOnlyDictionary<string, ChannelMoments> Measure(
        string path,
        IReadOnlyDictionary<string, int> activations,
        IEnumerable<ModelSample> samples,
        int threads = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentNullException.ThrowIfNull(samples);
        Dictionary<string, float[]> sums = [];
        Dictionary<string, long> sizes = [];
        using TemporaryFolder folder = new();
        string observed = folder.At("observed.onnx");
        Write(path, observed, activations);
        using GraphSession session = new(observed, threads);
        foreach (ModelSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            session.Run(
                sample,
                (name, value) =>
                {
                    if (name.EndsWith(Sum, StringComparison.Ordinal))
                    {
                        Add(sums, name[..^Sum.Length], value.GetTensorDataAsSpan<float>());
                    }
                    else if (name.EndsWith(Count, StringComparison.Ordinal))
                    {
                        sizes[name[..^Count.Length]] =
                            sizes.GetValueOrDefault(name[..^Count.Length]) + value.GetTensorDataAsSpan<long>()[0];
                    }
                }
            );
        }

        return sums.Where(sum => sizes[sum.Key] > 0)
            .ToDictionary(sum => sum.Key, sum => Average(sum.Key, activations[sum.Key], sum.Value, sizes[sum.Key]));
    }

    private static void Write(string path, string observed, IReadOnlyDictionary<string, int> activations)
    {
        using Model model = ModelReader.Read(path);
        Graph graph = model.Graph;
        foreach (Value value in graph.Values().Where(value => activations.ContainsKey(value.Name)).ToArray())
        {
            Value shape = graph.AddInitializer(
                graph.FreshName($"{value.Name}.rows"),
                TensorData.FromArray([-1L, activations[value.Name]], 2)
            );
            Value rows = graph.AddNode("Reshape", [value, shape], [graph.FreshName($"{value.Name}.flat")]).Outputs[0];
            Observe("Gemm", [rows, rows], Sum, ElementType.Float, ("transA", 1L));
            Observe("Size", [value], Count, ElementType.Int64);

            void Observe(
                string opType,
                ReadOnlySpan<Value?> inputs,
                string suffix,
                ElementType type,
                params ReadOnlySpan<VampNet.Onnx.Attribute> attributes
            )
            {
                Value result = graph.AddNode(opType, inputs, [value.Name + suffix], attributes).Outputs[0];
                result.Type = new TensorType(type, null);
                graph.AddOutput(result);
            }
        }

        ModelWriter.Write(model, observed, new ExternalDataOptions());
    }

    private static void Add(Dictionary<string, float[]> sums, string name, ReadOnlySpan<float> products)
    {
        if (!sums.TryGetValue(name, out float[]? sum))
        {
            sums[name] = sum = new float[products.Length];
        }

        TensorPrimitives.Add(sum, products, sum);
    }

    private static ChannelMoments Average(string name, int channels, float[] sum, long size)
    {
        TensorPrimitives.Divide(sum, (float)(size / channels), sum);
        return TensorPrimitives.IsFiniteAll<float>(sum)
            ? new ChannelMoments(channels, sum)
            : throw new OnnxException(
                DiagnosticIds.ActivationNotFinite,
                found: $"NaN or infinity in the activation '{name}' while calibrating",
                expected: "finite numbers",
                advice: "Check the calibration data and the model in floating point first"
            );
    }
}
