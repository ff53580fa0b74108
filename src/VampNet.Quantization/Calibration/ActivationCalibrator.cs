using System.Numerics.Tensors;
using VampNet.Files;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Quantization.Calibration;

/// <summary>Measures the ranges of a graph's activations on samples. Memory does not grow with their number: each goes into histograms and
/// is forgotten.</summary>
internal static class ActivationCalibrator
{
    /// <summary>Runs a graph on samples and chooses a range for each activation.</summary>
    /// <param name="path">The graph in floating point.</param>
    /// <param name="activations">The names of the values to observe: inputs of the graph, or results of its nodes.</param>
    /// <param name="samples">Samples to feed; each is taken once.</param>
    /// <param name="method">Method that chooses a range.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="OnnxException">An activation is not finite.</exception>
    /// <exception cref="QuantizationException">The graph does not load or run.</exception>
    public static IReadOnlyDictionary<string, ActivationRange> Calibrate(
        string path,
        IReadOnlyCollection<string> activations,
        IEnumerable<ModelSample> samples,
        CalibrationMethod method,
        int threads = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(activations);
        Dictionary<string, ActivationHistogram> histograms = activations.ToDictionary(name => name, _ => new ActivationHistogram());
        Observe(path, histograms.Keys, samples, threads, (name, values) => histograms[name].Add(name, values), cancellationToken);
        return histograms
            .Where(entry => entry.Value.Count > 0)
            .ToDictionary(entry => entry.Key, entry => RangeChooser.Choose(entry.Value, method));
    }

    /// <summary>Runs a graph on samples and finds the smallest and the largest value of each activation; infinity and NaN are values
    /// too.</summary>
    /// <param name="path">The graph in floating point.</param>
    /// <param name="activations">The names of the values to observe: inputs of the graph, or results of its nodes.</param>
    /// <param name="samples">Samples to feed; each is taken once.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="cancellationToken">Stops between samples.</param>
    /// <exception cref="QuantizationException">The graph does not load or run.</exception>
    public static IReadOnlyDictionary<string, ActivationRange> FindExtremes(
        string path,
        IReadOnlyCollection<string> activations,
        IEnumerable<ModelSample> samples,
        int threads = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(activations);
        Dictionary<string, ActivationRange> extremes = [];
        Observe(
            path,
            activations.ToHashSet(),
            samples,
            threads,
            (name, values) => extremes[name] = Widen(extremes.GetValueOrDefault(name, Nothing), values),
            cancellationToken
        );
        return extremes;
    }

    private static readonly ActivationRange Nothing = new(float.PositiveInfinity, float.NegativeInfinity);

    private static ActivationRange Widen(ActivationRange range, ReadOnlySpan<float> values) =>
        values.IsEmpty
            ? range
            : new ActivationRange(
                Math.Min(range.Minimum, TensorPrimitives.Min(values)),
                Math.Max(range.Maximum, TensorPrimitives.Max(values))
            );

    private static void Observe(
        string path,
        IReadOnlyCollection<string> activations,
        IEnumerable<ModelSample> samples,
        int threads,
        Action<string, ReadOnlySpan<float>> observe,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(samples);
        using TemporaryFolder folder = new();
        string observed = folder.At("observed.onnx");
        IReadOnlyDictionary<string, string> names = ObservedGraph.Write(path, observed, activations, withSubgraphs: true);
        using GraphSession session = new(observed, threads, optimize: false);
        foreach (ModelSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ModelInput input in sample.Inputs)
            {
                if (input.Values is float[] values && activations.Contains(input.Name))
                {
                    observe(input.Name, values);
                }
            }

            session.Run(
                sample,
                (name, value) =>
                {
                    if (names.TryGetValue(name, out string? activation))
                    {
                        observe(activation, value.GetTensorDataAsSpan<float>());
                    }
                }
            );
        }
    }
}
