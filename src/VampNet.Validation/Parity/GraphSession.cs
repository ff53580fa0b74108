using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Validation.Parity;

/// <summary>A graph in ONNX Runtime, as the judged side of a comparison.</summary>
public sealed class GraphSession : IDisposable
{
    private readonly OrtSession _session;

    private GraphSession(OrtSession session) => _session = session;

    /// <summary>Loads a graph with its external data.</summary>
    /// <param name="path">The graph's file.</param>
    /// <param name="provider">What computes; null for the processor.</param>
    /// <exception cref="ValidationException">VNI0201: ONNX Runtime does not load it.</exception>
    public static GraphSession Open(string path, SessionProvider? provider = null) => new(new OrtSession(path, provider: provider));

    /// <summary>Runs the graph on codes and reads its first output, float32.</summary>
    /// <exception cref="ValidationException">VNI0202: ONNX Runtime does not run it on this input, or the output is of another
    /// type.</exception>
    /// <param name="codes">The codes.</param>
    /// <param name="others">What the graph's further inputs are fed; none for most graphs.</param>
    public FloatTensor Run(CodesTensor codes, params IEnumerable<ModelInput> others) =>
        Run(
            "codes int64 [B,C,T]",
            codes.Values,
            codes.Shape,
            others,
            (shape, output) => new FloatTensor(output.GetTensorDataAsSpan<float>().ToArray(), shape)
        );

    /// <summary>Runs the graph on audio and reads its first output, int64 [B,C,T].</summary>
    /// <exception cref="ValidationException">VNI0202: ONNX Runtime does not run it on this input, or the output is of another type or
    /// rank.</exception>
    public CodesTensor Run(FloatTensor audio)
    {
        const string Name = "audio float32 [B,1,S]";
        return Run(
            Name,
            audio.Values,
            audio.Shape,
            [],
            (shape, output) =>
                shape.Length == 3
                    ? new CodesTensor(
                        output.GetTensorDataAsSpan<long>().ToArray(),
                        checked((int)shape[0]),
                        checked((int)shape[1]),
                        checked((int)shape[2])
                    )
                    : throw _session.DoesNotRun(Name, $"its output has rank {shape.Length}; codes have rank 3", "")
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private T Run<T>(string name, Array values, long[] shape, IEnumerable<ModelInput> others, Func<long[], OrtValue, T> read) =>
        _session.Run(
            new ModelSample(name, [new ModelInput(_session.InputNames[0], values, shape), .. others]),
            [_session.OutputNames[0]],
            (outputs, _) => read(outputs[0].GetTensorTypeAndShape().Shape, outputs[0])
        );
}
