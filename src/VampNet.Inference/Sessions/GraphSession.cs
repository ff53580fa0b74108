using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;

namespace VampNet.Inference.Sessions;

/// <summary>A graph loaded in ONNX Runtime, for measuring, judging and comparing. Weights beside the graph are mapped, not
/// copied. Operators that draw random numbers are loaded with a seed, so that two graphs draw the same.</summary>
public sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;
    private readonly SeededGraph? _seeded;

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graph beyond basic rewriting; not while activations are observed by
    /// name.</param>
    /// <param name="provider">Execution provider; null for the processor.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    public GraphSession(string path, int threads = 0, bool optimize = true, SessionProvider? provider = null)
        : this(
            path,
            options =>
                (options.IntraOpNumThreads, options.GraphOptimizationLevel) = (
                    threads,
                    optimize ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_BASIC
                ),
            provider
        ) { }

    /// <summary>Loads a graph with other options.</summary>
    /// <param name="path">The graph's file; messages name it.</param>
    /// <param name="configure">Sets options beyond those that all sessions share.</param>
    /// <param name="provider">Execution provider; null for the processor.</param>
    /// <param name="contents">The graph to load instead of the file's; null for the file.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    internal GraphSession(string path, Action<SessionOptions> configure, SessionProvider? provider = null, byte[]? contents = null)
    {
        _path = path;
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // What takes turns with another session, or with libtorch, must not spin in the other's time.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        configure(options);
        provider?.AppendTo(options);
        _seeded = contents is null ? SeededGraph.Of(path) : null;
        try
        {
            _session = contents is null ? new InferenceSession(_seeded?.Path ?? path, options) : new InferenceSession(contents, options);
        }
        catch (OnnxRuntimeException error)
        {
            _seeded?.Dispose();
            RuntimeRefusal refusal = RuntimeRefusal.Read(error.Message);
            throw new InferenceException(
                InferenceErrorIds.GraphDoesNotLoad,
                found: $"that ONNX Runtime does not load {RuntimeRefusal.NameOf(path)}: {refusal.Found}",
                expected: "a whole graph of operators that this ONNX Runtime has",
                advice: $"{refusal.Advice}",
                cause: error
            );
        }
    }

    /// <summary>The inputs' names, in order.</summary>
    public IReadOnlyList<string> InputNames => _session.InputNames;

    /// <summary>The outputs' names, in order.</summary>
    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    /// <summary>The lengths of the first output's axes that the graph declares; negative for those that it leaves open.</summary>
    internal IReadOnlyList<int> FirstLengths => _session.OutputMetadata[OutputNames[0]].Dimensions;

    /// <summary>Loads a graph without ONNX Runtime's own rewriting, so that two graphs differ only by what was done to them.</summary>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    internal static GraphSession OpenAsWritten(string path, SessionProvider provider) =>
        new(
            path,
            options =>
                (options.GraphOptimizationLevel, options.LogSeverityLevel) = (
                    GraphOptimizationLevel.ORT_DISABLE_ALL,
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL
                ),
            provider
        );

    /// <summary>Loads a graph with some of its intermediate values as further outputs.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="values">The names of the values, none of which is an output yet; see <see cref="GraphValues"/>.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">Execution provider; null for the processor.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    internal static GraphSession OpenWithValues(string path, string[] values, int threads = 0, SessionProvider? provider = null) =>
        new(
            path,
            options =>
            {
                options.IntraOpNumThreads = threads;
                options.AddSessionConfigEntry(
                    "session.model_external_initializers_file_folder_path",
                    Path.GetDirectoryName(Path.GetFullPath(path))
                );
            },
            provider,
            GraphValues.WithOutputs(File.ReadAllBytes(path), values)
        );

    /// <summary>Runs the graph, hands each output to a reader while it lives, and returns how long the run took.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this sample.</exception>
    public TimeSpan Run(ModelSample sample, Action<string, OrtValue> read)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(read);
        return Run(
            sample,
            OutputNames,
            (outputs, elapsed) =>
            {
                for (int i = 0; i < outputs.Count; i++)
                {
                    read(OutputNames[i], outputs[i]);
                }

                return elapsed;
            }
        );
    }

    /// <summary>Runs the graph and copies its first output, row-major, with its shape: integers and booleans as int64, all other numbers as
    /// float32.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this sample, or the output is neither numbers nor
    /// booleans.</exception>
    public (Array Values, long[] Shape) RunFirst(ModelSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return Run(
            sample,
            OutputNames,
            (outputs, _) =>
            {
                OrtTensorTypeAndShapeInfo info = outputs[0].GetTensorTypeAndShape();
                Array values =
                    OutputReader.ReadNumbers(outputs[0], info.ElementDataType)
                    ?? throw DoesNotRun(
                        sample.Name,
                        $"its first output is of type {info.ElementDataType.ToString().ToLowerInvariant()}",
                        "Only outputs of numbers and booleans can be judged."
                    );
                return (values, info.Shape);
            }
        );
    }

    /// <summary>Runs the graph and copies every output as doubles, by name; integers and booleans too.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this sample. VNI0402: an output is of a type that cannot be
    /// compared.</exception>
    internal IReadOnlyDictionary<string, NumberTensor> RunAll(ModelSample sample)
    {
        // ONNX Runtime's library ends the process when it is asked for an optional value that is not there.
        string? optional = OutputNames.FirstOrDefault(name =>
            _session.OutputMetadata[name].OnnxValueType == OnnxValueType.ONNX_TYPE_OPTIONAL
        );
        return optional is null
            ? Run(
                sample,
                OutputNames,
                (outputs, _) =>
                    OutputNames.Zip(outputs).ToDictionary(pair => pair.First, pair => OutputReader.ReadDoubles(pair.First, pair.Second))
            )
            : throw OutputReader.Incomparable(optional, "optional");
    }

    /// <summary>Runs the graph and reads what it gives while it lives.</summary>
    /// <param name="sample">One value for each input.</param>
    /// <param name="outputs">The names of the outputs to read.</param>
    /// <param name="read">Takes the outputs, in the order of their names, and how long the run took.</param>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this input, or an output is not of the type that it is read
    /// as.</exception>
    internal T Run<T>(ModelSample sample, IReadOnlyCollection<string> outputs, Func<IReadOnlyList<OrtValue>, TimeSpan, T> read)
    {
        OrtValue[] inputs = [.. sample.Inputs.Select(input => input.ToOrtValue())];
        try
        {
            string[] names = [.. sample.Inputs.Select(input => input.Name)];
            long start = Stopwatch.GetTimestamp();
            using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(_run, names, inputs, outputs);
            return read(values, Stopwatch.GetElapsedTime(start));
        }
        catch (OnnxRuntimeException error)
        {
            RuntimeRefusal refusal = RuntimeRefusal.Read(error.Message);
            throw DoesNotRun(sample.Name, refusal.Found, refusal.Advice, error);
        }
        finally
        {
            foreach (OrtValue input in inputs)
            {
                input.Dispose();
            }
        }
    }

    /// <summary>VNI0202, to throw.</summary>
    internal InferenceException DoesNotRun(string sample, string reason, string advice, Exception? cause = null) =>
        new(
            InferenceErrorIds.GraphDoesNotRun,
            found: $"that {RuntimeRefusal.NameOf(_path)} does not run on {sample}: {reason}",
            expected: "a graph that runs on inputs of the types and shapes that it declares",
            advice: advice,
            cause: cause
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
        _seeded?.Dispose();
    }
}
