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
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graph; not while activations are observed by name.</param>
    /// <param name="provider">What computes; null for the processor.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    public SampleSession(string path, int threads = 0, bool optimize = true, SessionProvider? provider = null)
        : this(
            path,
            threads,
            options =>
                options.GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_BASIC,
            provider
        ) { }

    internal SampleSession(string path, int threads, Action<SessionOptions> configure, SessionProvider? provider = null) =>
        _session = new OrtSession(
            path,
            options =>
            {
                options.IntraOpNumThreads = threads;
                configure(options);
            },
            provider: provider
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

    /// <summary>Runs the graph and copies its first output, row-major, with its shape: integers and booleans as int64, all other numbers as
    /// float32.</summary>
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
                    Read(outputs[0], info.ElementDataType)
                    ?? throw _session.DoesNotRun(
                        sample.Name,
                        $"its first output is of type {info.ElementDataType.ToString().ToLowerInvariant()}",
                        "Only outputs of numbers and booleans can be judged."
                    );
                return (values, info.Shape);
            }
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static Array? Read(OrtValue output, ElementType type) =>
        type switch
        {
            ElementType.Float => output.GetTensorDataAsSpan<float>().ToArray(),
            ElementType.Double => Array.ConvertAll(output.GetTensorDataAsSpan<double>().ToArray(), value => (float)value),
            ElementType.Float16 => Array.ConvertAll(output.GetTensorDataAsSpan<Float16>().ToArray(), value => (float)value),
            ElementType.BFloat16 => Array.ConvertAll(output.GetTensorDataAsSpan<BFloat16>().ToArray(), ElementArrays.ToSingle),
            ElementType.Int64 => output.GetTensorDataAsSpan<long>().ToArray(),
            ElementType.Int32 => Array.ConvertAll(output.GetTensorDataAsSpan<int>().ToArray(), value => (long)value),
            ElementType.Int16 => Array.ConvertAll(output.GetTensorDataAsSpan<short>().ToArray(), value => (long)value),
            ElementType.Int8 => Array.ConvertAll(output.GetTensorDataAsSpan<sbyte>().ToArray(), value => (long)value),
            ElementType.UInt64 => Array.ConvertAll(output.GetTensorDataAsSpan<ulong>().ToArray(), value => (long)value),
            ElementType.UInt32 => Array.ConvertAll(output.GetTensorDataAsSpan<uint>().ToArray(), value => (long)value),
            ElementType.UInt16 => Array.ConvertAll(output.GetTensorDataAsSpan<ushort>().ToArray(), value => (long)value),
            ElementType.UInt8 => Array.ConvertAll(output.GetTensorDataAsSpan<byte>().ToArray(), value => (long)value),
            ElementType.Bool => Array.ConvertAll(output.GetTensorDataAsSpan<bool>().ToArray(), value => value ? 1L : 0),
            _ => null,
        };
}
