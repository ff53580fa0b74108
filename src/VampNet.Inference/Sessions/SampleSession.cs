using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using ElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace VampNet.Inference.Sessions;

/// <summary>A graph in ONNX Runtime that takes samples and gives every output.</summary>
public sealed class SampleSession : IDisposable
{
    private readonly OrtSession _session;

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="threads">Threads for one operator; 0 for one a core.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graph; not while activations are observed by name.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    public SampleSession(string path, int threads = 0, bool optimize = true)
        : this(
            path,
            threads,
            options =>
                options.GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_BASIC
        ) { }

    internal SampleSession(string path, int threads, Action<SessionOptions> configure) =>
        _session = new OrtSession(
            path,
            options =>
            {
                options.IntraOpNumThreads = threads;
                configure(options);
            }
        );

    /// <summary>The outputs' names, in order.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Runs the graph, hands each output to a reader while it lives, and says how long the run took.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this sample.</exception>
    public TimeSpan Run(ModelSample sample, Action<string, OrtValue> read)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(read);
        return _session.Run(
            sample,
            _session.OutputNames,
            (outputs, elapsed) =>
            {
                for (int i = 0; i < outputs.Count; i++)
                {
                    read(_session.OutputNames[i], outputs[i]);
                }

                return elapsed;
            }
        );
    }

    /// <summary>Runs the graph and copies its first output: int64 or float32, row-major, with its shape.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this sample.</exception>
    public (Array Values, long[] Shape) RunFirst(ModelSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return _session.Run(
            sample,
            _session.OutputNames,
            (outputs, _) =>
            {
                OrtTensorTypeAndShapeInfo info = outputs[0].GetTensorTypeAndShape();
                Array values =
                    info.ElementDataType == ElementType.Int64
                        ? outputs[0].GetTensorDataAsSpan<long>().ToArray()
                        : outputs[0].GetTensorDataAsSpan<float>().ToArray();
                return (values, info.Shape);
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
