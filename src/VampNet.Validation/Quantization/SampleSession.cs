using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using ElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace VampNet.Validation.Quantization;

/// <summary>A graph in ONNX Runtime that takes samples and gives every output.</summary>
public sealed class SampleSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="threads">Threads for one operator; 0 for one a core.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graph; not while activations are observed by name.</param>
    /// <exception cref="ValidationException">VNV0201: ONNX Runtime does not load it.</exception>
    public SampleSession(string path, int threads = 0, bool optimize = true)
        : this(path, threads, options => options.GraphOptimizationLevel = optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_BASIC)
    {
    }

    internal SampleSession(string path, int threads, Action<SessionOptions> configure)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Two sessions that take turns must not spin in each other's time.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        configure(options);
        try
        {
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ValidationException("VNV0201", $"Found a graph that ONNX Runtime does not load: {path}\n{error.Message}\nExpected a whole graph of operators that this ONNX Runtime has.");
        }
    }

    /// <summary>The outputs' names, in order.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>Runs the graph, hands each output to a reader while it lives, and says how long the run took.</summary>
    public TimeSpan Run(ModelSample sample, Action<string, OrtValue> read)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(read);
        OrtValue[] inputs = [.. sample.Inputs.Select(input => input.ToOrtValue())];
        try
        {
            long start = Stopwatch.GetTimestamp();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, [.. sample.Inputs.Select(input => input.Name)], inputs, _session.OutputNames);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            for (int i = 0; i < outputs.Count; i++)
            {
                read(_session.OutputNames[i], outputs[i]);
            }

            return elapsed;
        }
        catch (OnnxRuntimeException error)
        {
            throw new ValidationException("VNV0202", $"Found a graph that does not run on {sample.Name}.\n{error.Message}\nExpected it to take inputs of the types and shapes that it declares.");
        }
        finally
        {
            foreach (OrtValue input in inputs)
            {
                input.Dispose();
            }
        }
    }

    /// <summary>Runs the graph and copies its first output: int64 or float32, row-major, with its shape.</summary>
    public (Array Values, long[] Shape) RunFirst(ModelSample sample)
    {
        (Array, long[])? result = null;
        Run(sample, (name, value) =>
        {
            if (result is null)
            {
                OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
                result = (info.ElementDataType == ElementType.Int64 ? value.GetTensorDataAsSpan<long>().ToArray() : value.GetTensorDataAsSpan<float>().ToArray(), info.Shape);
            }
        });
        return result!.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
