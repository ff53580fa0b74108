using Microsoft.ML.OnnxRuntime;

namespace VampNet.Validation;

/// <summary>A graph in ONNX Runtime on the processor, as the judged side of a comparison.</summary>
public sealed class GraphSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;

    private GraphSession(string path, InferenceSession session) => (_path, _session) = (path, session);

    /// <summary>Loads a graph with its external data.</summary>
    /// <exception cref="ValidationException">VNV0201: ONNX Runtime does not load it.</exception>
    public static GraphSession Open(string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // Waiting threads of a session must not spin: the reference computes on the same processor.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            return new GraphSession(path, new InferenceSession(path, options));
        }
        catch (OnnxRuntimeException error)
        {
            throw new ValidationException("VNV0201", $"Found a graph that ONNX Runtime does not load: {path}\n{error.Message}\nExpected a graph as vampnet export writes it; export it again.");
        }
    }

    /// <summary>Runs the graph on codes and reads its first output, float32.</summary>
    /// <exception cref="ValidationException">VNV0202: ONNX Runtime does not run it on this input, or the output is of another type.</exception>
    public FloatTensor Run(CodesTensor codes)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(codes.Values, codes.Shape);
        return Run(input, (shape, output) => new FloatTensor(output.GetTensorDataAsSpan<float>().ToArray(), shape));
    }

    /// <summary>Runs the graph on audio and reads its first output, int64 [B,C,T].</summary>
    /// <exception cref="ValidationException">VNV0202: ONNX Runtime does not run it on this input, or the output is of another type or rank.</exception>
    public CodesTensor Run(FloatTensor audio)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(audio.Values, audio.Shape);
        return Run(input, (shape, output) => shape.Length == 3
            ? new CodesTensor(output.GetTensorDataAsSpan<long>().ToArray(), checked((int)shape[0]), checked((int)shape[1]), checked((int)shape[2]))
            : throw DoesNotRun($"Its output has rank {shape.Length}; codes have rank 3."));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private T Run<T>(OrtValue input, Func<long[], OrtValue, T> read)
    {
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, [_session.InputNames[0]], [input], [_session.OutputNames[0]]);
            return read(outputs[0].GetTensorTypeAndShape().Shape, outputs[0]);
        }
        catch (OnnxRuntimeException error)
        {
            throw DoesNotRun(error.Message);
        }
    }

    private ValidationException DoesNotRun(string reason) =>
        new("VNV0202", $"Found a graph that does not run on the input of its contract: {_path}\n{reason}\nExpected codes int64 [B,C,T] or audio float32 [B,1,S], of any extent; export the graph again.");
}
