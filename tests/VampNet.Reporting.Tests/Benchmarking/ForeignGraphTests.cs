using Microsoft.ML.OnnxRuntime;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.TestSupport;
using VampNet.Torch;
using VampNet.Validation.Parity;

namespace VampNet.Reporting.Tests.Benchmarking;

/// <summary>The graphs that PyTorch's own exporter makes of upstream's modules: a third witness, independent of ours from the weights
/// on.</summary>
public sealed class ForeignGraphTests
{
    public static TheoryData<string, int, int> Cases =>
        new()
        {
            { "coarse", 1, 1 },
            { "coarse", 1, 20 },
            { "coarse", 2, 61 },
            { "coarse", 1, 575 },
            { "c2f", 1, 1 },
            { "c2f", 3, 20 },
            { "c2f", 1, 173 },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Transformer_OnTheSameCodes_AgreesWithOurModuleAndOurGraph(string model, int batch, int frames)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path($"micro/{model}.pth"));
        using Checkpoint codec = Checkpoint.Open(Golden.Path("micro/codec.pth"));
        BoundTransformer bound = ModelBinder.BindTransformer(checkpoint, codec);
        TransformerConfiguration shape = bound.Configuration;
        using var module = VampNetTransformer.Load(bound);
        long[] values = SeededInputs.Codes(11, batch, shape.Codebooks, frames, shape.VocabularySize, 0.25);
        var codes = new CodesTensor(values, batch, shape.Codebooks, frames);

        FloatTensor latents = TorchTensors.Run(codes, module.Latents);
        float[] foreign = FromUpstreamLayout(RunForeign($"{model}_torch_export.onnx", latents), batch, frames, shape);
        FloatTensor ours = TorchTensors.Run(codes, module.forward);
        float[] graph = RunGraph(TransformerEmitter.Emit(bound, ExportOptions.Default), codes);

        AssertWithin(VerificationPlan.OnnxFloat32, foreign, ours.Values, ours.Shape);
        AssertWithin(VerificationPlan.OnnxFloat32, foreign, graph, ours.Shape);
    }

    [Fact]
    public void CodecDecoder_OnTheSameCodes_AgreesWithOurModuleAndOurGraph()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Golden.Path("micro/codec.pth"));
        BoundCodec bound = ModelBinder.BindCodec(checkpoint);
        using var module = LacCodec.Load(bound);
        int samples = 19 * bound.Configuration.HopLength;
        var audio = new FloatTensor(SeededInputs.Audio(5, 2, samples, bound.Configuration.SampleRate), [2, 1, samples]);
        (FloatTensor z, CodesTensor codes) = TorchTensors.Run(
            audio,
            input =>
            {
                LacQuantization quantized = module.Quantize(input);
                return (
                    new FloatTensor(quantized.Z.contiguous().data<float>().ToArray(), quantized.Z.shape),
                    new CodesTensor(quantized.Codes.contiguous().data<long>().ToArray(), 2, bound.Configuration.Codebooks, 19)
                );
            }
        );

        FloatTensor foreign = RunForeign("codec_decoder_torch_export.onnx", z);
        FloatTensor ours = TorchTensors.Run(codes, module.Decode);
        float[] graph = RunGraph(CodecDecoderEmitter.Emit(bound, ExportOptions.Default), codes);

        Assert.Equal(ours.Shape, foreign.Shape);
        AssertWithin(VerificationPlan.AudioFloat32, foreign.Values, ours.Values, ours.Shape);
        AssertWithin(VerificationPlan.AudioFloat32, foreign.Values, graph, ours.Shape);
    }

    private static FloatTensor RunForeign(string file, FloatTensor input)
    {
        using var session = new InferenceSession(Golden.Path($"foreign/{file}"));
        return Run(session, OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape));
    }

    private static float[] RunGraph(Model model, CodesTensor codes)
    {
        using var session = new InferenceSession(ModelWriter.ToBytes(model));
        return Run(session, OrtValue.CreateTensorValueFromMemory(codes.Values, codes.Shape)).Values;
    }

    private static FloatTensor Run(InferenceSession session, OrtValue input)
    {
        using var run = new RunOptions();
        using (input)
        using (IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames, [input], session.OutputNames))
        {
            return new FloatTensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
        }
    }

    // Upstream gives [B, V, T*P], position t*P + p; we give [B, T, P, V].
    private static float[] FromUpstreamLayout(FloatTensor logits, int batch, int frames, TransformerConfiguration shape)
    {
        int vocabulary = shape.VocabularySize,
            positions = frames * shape.PredictedCodebooks;
        Assert.Equal([batch, vocabulary, positions], logits.Shape);
        float[] ours = new float[logits.Values.Length];
        for (int b = 0; b < batch; b++)
        {
            for (int v = 0; v < vocabulary; v++)
            {
                for (int position = 0; position < positions; position++)
                {
                    ours[(((b * positions) + position) * vocabulary) + v] = logits.Values[(((b * vocabulary) + v) * positions) + position];
                }
            }
        }

        return ours;
    }

    private static void AssertWithin(string budget, float[] expected, float[] actual, long[] shape)
    {
        TensorDifference difference = TensorComparer.Compare(expected, actual, shape);
        Assert.True(difference.IsWithin(VerificationPlan.Default.Budget(budget).MaxAbsoluteError!.Value), $"{difference.Worst}");
        if (shape.Length == 4)
        {
            Assert.Equal(0, TokenComparer.CompareArgmax(expected, actual, shape).Disagreements);
        }
    }
}
