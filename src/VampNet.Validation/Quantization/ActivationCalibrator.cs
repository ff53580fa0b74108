using VampNet.Onnx;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Validation.Quantization;

/// <summary>Measures the ranges of a graph's activations on samples. Memory does not grow with their number: each goes into histograms and is forgotten.</summary>
public static class ActivationCalibrator
{
    /// <summary>Runs a graph on samples and chooses a range for each activation.</summary>
    /// <param name="path">The graph in floating point.</param>
    /// <param name="activations">The names of the values to observe: inputs of the graph, or results of its nodes.</param>
    /// <param name="samples">What to feed; each is taken once.</param>
    /// <param name="method">How a range is chosen.</param>
    /// <param name="threads">Threads for one operator; 0 for one a core.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="OnnxException">An activation is not finite.</exception>
    /// <exception cref="ValidationException">The graph does not load or run.</exception>
    public static IReadOnlyDictionary<string, ActivationRange> Calibrate(
        string path,
        IReadOnlyCollection<string> activations,
        IEnumerable<ModelSample> samples,
        CalibrationMethod method,
        int threads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentNullException.ThrowIfNull(samples);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vampnet-calibration-");
        try
        {
            Dictionary<string, ActivationHistogram> histograms = activations.ToDictionary(name => name, _ => new ActivationHistogram());
            string observed = Path.Combine(folder.FullName, "observed.onnx");
            ObservedGraph.Write(path, observed, histograms.Keys);
            using SampleSession session = new(observed, threads, optimize: false);
            foreach (ModelSample sample in samples)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (ModelInput input in sample.Inputs)
                {
                    if (input.Values is float[] values && histograms.TryGetValue(input.Name, out ActivationHistogram? histogram))
                    {
                        histogram.Add(input.Name, values);
                    }
                }

                session.Run(sample, (name, value) =>
                {
                    if (histograms.TryGetValue(name, out ActivationHistogram? histogram))
                    {
                        histogram.Add(name, value.GetTensorDataAsSpan<float>());
                    }
                });
            }

            return histograms.Where(entry => entry.Value.Count > 0).ToDictionary(entry => entry.Key, entry => RangeChooser.Choose(entry.Value, method));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
