using Microsoft.ML.OnnxRuntime;
using VampNet.Export;
using VampNet.Export.Step;
using VampNet.Onnx;

namespace VampNet.Runtime.Tests.Models;

/// <summary>Step graphs in a plain ONNX Runtime session, as a host without this library runs them.</summary>
internal static class StepSession
{
    /// <summary>Emits a step graph, with inner values as outputs besides, and loads it.</summary>
    public static InferenceSession Open(StepShape shape, StepNoise noise, int opset, params string[] inner)
    {
        using Model model = StepEmitter.Emit(shape, noise, ExportOptions.Default with { Opset = opset });
        foreach (string name in inner)
        {
            model.Graph.AddOutput(model.Graph.Nodes.SelectMany(node => node.Outputs).First(value => value.Name == name));
        }

        return new InferenceSession(ModelWriter.ToBytes(model));
    }

    /// <summary>Runs a seeded step of a wholly masked grid over equal logits.</summary>
    public static IReadOnlyDictionary<string, float[]> RunSeeded(
        InferenceSession session,
        StepShape shape,
        int batch,
        int frames,
        ulong seed,
        long before,
        string[] outputs,
        int step = 0,
        int steps = 2
    )
    {
        long[] codes = new long[batch * shape.Codebooks * frames];
        Array.Fill(codes, shape.VocabularySize);
        Dictionary<string, OrtValue> inputs = Scalars(step, steps, codes.Length);
        inputs["codes"] = Tensor(codes, batch, shape.Codebooks, frames);
        inputs["logits"] = Tensor(
            new float[codes.Length * shape.VocabularySize],
            batch,
            frames,
            shape.PredictedCodebooks,
            shape.VocabularySize
        );
        inputs["seed"] = Tensor([seed]);
        inputs["draws"] = Tensor([before]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, outputs);
        Dictionary<string, float[]> read = outputs
            .Select((name, index) => (name, results[index].GetTensorDataAsSpan<float>().ToArray()))
            .ToDictionary(pair => pair.name, pair => pair.Item2);
        foreach (OrtValue value in inputs.Values)
        {
            value.Dispose();
        }

        return read;
    }

    /// <summary>A scalar that a step with given noise computes over one masked token.</summary>
    public static float RunGiven(InferenceSession session, StepShape shape, string output, int step, int steps)
    {
        Dictionary<string, OrtValue> inputs = Scalars(step, steps, 1);
        inputs["codes"] = Tensor([(long)shape.VocabularySize], 1, 1, 1);
        inputs["logits"] = Tensor(new float[shape.VocabularySize], 1, 1, 1, shape.VocabularySize);
        inputs["token_exponential"] = Tensor(Enumerable.Repeat(1f, shape.VocabularySize).ToArray(), 1, shape.VocabularySize);
        inputs["mask_uniform"] = Tensor([0.5f], 1, 1);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, inputs, [output]);
        float read = results[0].GetTensorDataAsSpan<float>()[0];
        foreach (OrtValue value in inputs.Values)
        {
            value.Dispose();
        }

        return read;
    }

    public static Dictionary<string, OrtValue> Scalars(int step, int steps, long maskedAtStart, double cutoff = 1) =>
        new()
        {
            ["step"] = Tensor([(long)step]),
            ["steps"] = Tensor([(long)steps]),
            ["temperature"] = Tensor([1f]),
            ["mask_temperature"] = Tensor([10.5f]),
            ["top_p"] = Tensor([1f]),
            ["sample_cutoff"] = Tensor([cutoff]),
            ["masked_at_start"] = Tensor([maskedAtStart]),
        };

    public static OrtValue Tensor<T>(T[] values, params long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);
}
