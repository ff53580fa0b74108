using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;

namespace VampNet.Validation.Parity;

/// <summary>Runs VampNet's graphs on codes and audio, as the judged side of a comparison.</summary>
internal static class GraphRuns
{
    /// <summary>Runs the graph on codes and reads its first output, float32.</summary>
    /// <param name="session">A graph whose first input takes codes.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="others">Values of the graph's further inputs; none for most graphs.</param>
    /// <exception cref="Inference.InferenceException">VNI0202: ONNX Runtime does not run it on this input, or the output is of another
    /// type.</exception>
    public static FloatTensor RunCodes(this GraphSession session, CodesTensor codes, params IEnumerable<ModelInput> others)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(codes);
        return Run(
            session,
            "codes int64 [B,C,T]",
            codes.Values,
            codes.Shape,
            others,
            (shape, output) => new FloatTensor(output.GetTensorDataAsSpan<float>().ToArray(), shape)
        );
    }

    /// <summary>Runs the graph on audio and reads its first output, int64 [B,C,T].</summary>
    /// <param name="session">A graph whose first input takes audio.</param>
    /// <param name="audio">float32 [B,1,S].</param>
    /// <exception cref="Inference.InferenceException">VNI0202: ONNX Runtime does not run it on this input, or the output is of another
    /// type or rank.</exception>
    public static CodesTensor RunAudio(this GraphSession session, FloatTensor audio)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(audio);
        const string Name = "audio float32 [B,1,S]";
        return Run(
            session,
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
                    : throw session.DoesNotRun(Name, $"its output has rank {shape.Length}; codes have rank 3", "")
        );
    }

    private static T Run<T>(
        GraphSession session,
        string name,
        Array values,
        long[] shape,
        IEnumerable<ModelInput> others,
        Func<long[], OrtValue, T> read
    ) =>
        session.Run(
            new ModelSample(name, [new ModelInput(session.InputNames[0], values, shape), .. others]),
            [session.OutputNames[0]],
            (outputs, _) => read(outputs[0].GetTensorTypeAndShape().Shape, outputs[0])
        );
}
