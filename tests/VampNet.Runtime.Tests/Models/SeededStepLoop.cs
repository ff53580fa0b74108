using Microsoft.ML.OnnxRuntime;
using VampNet.Export.Step;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Tests.Models;

/// <summary>The loop of docs/step.md: a host that has a transformer's logits, a seeded step graph, and no code of its own for
/// sampling.</summary>
internal sealed class SeededStepLoop(OnnxTokenModel model, int opset) : IDisposable
{
    private readonly InferenceSession _session = StepSession.Open(
        new StepShape(model.Codebooks, model.ConditioningCodebooks, model.VocabularySize, "{}"),
        StepNoise.Seeded,
        opset
    );

    /// <summary>The tokens after the last step.</summary>
    public long[] Run(TokenGrid<long> given, TokenGrid<bool> mask, GenerateOptions options, ulong seed)
    {
        TokenGrid<long> codes = given.Clone();
        for (int index = 0; index < mask.Values.Length; index++)
        {
            codes.Values[index] = mask.Values[index] ? model.VocabularySize : codes.Values[index];
        }

        long maskedAtStart = codes.Values.LongCount(code => code == model.VocabularySize);
        int predicted = model.Codebooks - model.ConditioningCodebooks;
        float[] logits = new float[codes.Batch * codes.Frames * predicted * model.VocabularySize];
        long[] tokens = [];
        long draws = 0;
        for (int step = 0; step < options.Steps; step++)
        {
            model.ComputeLogits(codes, logits, TestContext.Current.CancellationToken);
            Dictionary<string, OrtValue> inputs = StepSession.Scalars(step, options.Steps, maskedAtStart, options.SampleCutoff);
            inputs["codes"] = StepSession.Tensor(codes.Values, codes.Batch, codes.Codebooks, codes.Frames);
            inputs["logits"] = StepSession.Tensor(logits, codes.Batch, codes.Frames, predicted, model.VocabularySize);
            inputs["seed"] = StepSession.Tensor([seed]);
            inputs["draws"] = StepSession.Tensor([draws]);
            using RunOptions run = new();
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(run, inputs, ["next_codes", "tokens", "next_draws"]);
            results[0].GetTensorDataAsSpan<long>().CopyTo(codes.Values);
            tokens = results[1].GetTensorDataAsSpan<long>().ToArray();
            draws = results[2].GetTensorDataAsSpan<long>()[0];
            foreach (OrtValue value in inputs.Values)
            {
                value.Dispose();
            }
        }

        return tokens;
    }

    public void Dispose() => _session.Dispose();
}
