using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;

namespace VampNet.Inference.Sessions;

/// <summary>A graph in ONNX Runtime: what all sessions that judge and measure have in common.</summary>
internal sealed class OrtSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;

    /// <summary>Loads a graph.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="configure">Options beyond those that all sessions share.</param>
    /// <param name="contents">What to load in place of the file.</param>
    /// <param name="provider">What computes; null for the processor.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    public OrtSession(string path, Action<SessionOptions>? configure = null, byte[]? contents = null, SessionProvider? provider = null)
    {
        _path = path;
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // What takes turns with another session, or with libtorch, must not spin in the other's time.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        configure?.Invoke(options);
        provider?.AppendTo(options);
        try
        {
            _session = contents is null ? new InferenceSession(path, options) : new InferenceSession(contents, options);
        }
        catch (OnnxRuntimeException error)
        {
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

    /// <summary>Runs the graph and reads what it gives while it lives.</summary>
    /// <param name="sample">One value for each input.</param>
    /// <param name="outputs">The names of the outputs to read.</param>
    /// <param name="read">Takes the outputs, in the order of their names, and how long the run took.</param>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this input, or an output is not of the type that it is read
    /// as.</exception>
    public T Run<T>(ModelSample sample, IReadOnlyCollection<string> outputs, Func<IReadOnlyList<OrtValue>, TimeSpan, T> read)
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
    public InferenceException DoesNotRun(string sample, string reason, string advice, Exception? cause = null) =>
        new(
            InferenceErrorIds.GraphDoesNotRun,
            found: $"that {RuntimeRefusal.NameOf(_path)} does not run on {sample}: {reason}",
            expected: "it to take inputs of the types and shapes that it declares, and to give outputs as its contract says",
            advice: advice,
            cause: cause
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
