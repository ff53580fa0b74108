using Microsoft.ML.OnnxRuntime;
using VampNet.Models;
using VampNet.Onnx;

namespace VampNet.Export.Tests;

public class TransformerEmitterTests
{
    /// <summary>The largest absolute difference of a logit between ONNX Runtime and upstream.</summary>
    private const double LogitBudget = 2e-4;

    public static TheoryData<string, int, ExportTarget> Variants()
    {
        TheoryData<string, int, ExportTarget> data = [];
        foreach (string model in new[] { "tiny/coarse", "tiny/c2f", "micro/coarse", "micro/c2f" })
        {
            foreach (int opset in new[] { 17, 20, 23 })
            {
                data.Add(model, opset, ExportTarget.Portable);
                data.Add(model, opset, ExportTarget.OnnxRuntime);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_EveryGoldenForward_LogitsWithinBudgetAndArgmaxEqual(string model, int opset, ExportTarget target)
    {
        using GraphSession session = new(Emit(model, opset, target));
        int compared = 0;
        foreach (string file in GoldenModels.Files(model + "_forward_*.safetensors"))
        {
            using GoldenTensors golden = new(file);
            Tensor<float> logits = session.Run<long, float>(golden.Int64s("codes"), "logits");
            AssertLogits(golden, logits);
            Assert.Equal(golden.Int64s("argmax").Values, Argmax(logits));
            compared++;
        }

        Assert.True(compared >= 2, $"Only {compared} golden files for {model}.");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_ShortGoldenForwards_EveryLayerWithinBudget(string model, int opset, ExportTarget target)
    {
        int layers = GoldenModels.Transformer(model).Configuration.Layers;
        string[] outputs = [.. Enumerable.Range(0, layers).Select(i => $"transformer.layers.{i}.output")];
        using GraphSession session = new(Emit(model, opset, target), [.. outputs, "embedding.latents"]);
        int compared = 0;
        foreach (string file in GoldenModels.Files(model + "_forward_*.safetensors"))
        {
            using GoldenTensors golden = new(file);
            if (!golden.Has("layers"))
            {
                continue;
            }

            Tensor<long> codes = golden.Int64s("codes");
            Tensor<float> expected = golden.Singles("layers");
            int length = expected.Count / layers;
            for (int i = 0; i < layers; i++)
            {
                Tensor<float> actual = session.Run<long, float>(codes, outputs[i]);
                Closeness.AssertWithin(LogitBudget, expected.Values.AsSpan(i * length, length), actual.Values);
                compared++;
            }

            AssertLatents(golden, session.Run<long, float>(codes, "embedding.latents"));
        }

        Assert.True(compared >= layers, $"No golden file with layers for {model}.");
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Emit_EveryTarget_UsesTheOperatorsItDeclares(string model, int opset, ExportTarget target)
    {
        Model graph = Emit(model, opset, target);
        string[] fused = ["MultiHeadAttention", "SkipSimplifiedLayerNormalization", .. opset < 20 ? ["FastGelu"] : Array.Empty<string>()];
        string[] foreign = [.. graph.Graph.Nodes.Where(node => node.Domain.Length > 0).Select(node => node.OpType).Distinct().Order()];
        Assert.Equal(target is ExportTarget.Portable ? [] : fused.Order(), foreign);
        Assert.Equal(opset, graph.Opset);
        Assert.Equal(target is ExportTarget.OnnxRuntime, graph.OpsetImports.ContainsKey("com.microsoft"));
        Assert.Empty(ModelVerifier.Verify(graph));
    }

    [Theory]
    [InlineData(17, ExportTarget.OnnxRuntime, 12)]
    [InlineData(20, ExportTarget.OnnxRuntime, 12)]
    [InlineData(23, ExportTarget.Portable, 14)]
    [InlineData(20, ExportTarget.Portable, 35)]
    [InlineData(17, ExportTarget.Portable, 42)]
    public void Emit_EachFurtherLayer_CostsTheSameFewNodes(int opset, ExportTarget target, int nodesPerLayer)
    {
        int three = Emit("tiny/coarse", opset, target).Graph.Nodes.Count;
        int two = Emit("micro/coarse", opset, target).Graph.Nodes.Count;
        Assert.Equal(
            (3, 2),
            (GoldenModels.Transformer("tiny/coarse").Configuration.Layers, GoldenModels.Transformer("micro/coarse").Configuration.Layers)
        );
        Assert.Equal(nodesPerLayer, three - two);
    }

    [Fact]
    public void Emit_PortableAtOpset23_UsesTheStandardsAttentionAndNorm()
    {
        Model model = Emit("tiny/coarse", 23, ExportTarget.Portable);
        int layers = GoldenModels.Transformer("tiny/coarse").Configuration.Layers;
        Assert.Equal(layers, model.Graph.Nodes.Count(node => node.Is("Attention")));
        Assert.Equal((2 * layers) + 1, model.Graph.Nodes.Count(node => node.Is("RMSNormalization")));
    }

    [Fact]
    public void Emit_InputsAndOutputs_AreThePublicContract()
    {
        using GraphSession session = new(Emit("tiny/c2f", 20, ExportTarget.Portable));
        (string input, NodeMetadata? codes) = session.Inputs.Single();
        (string output, NodeMetadata? logits) = session.Outputs.Single();
        Assert.Equal(("codes", typeof(long)), (input, codes.ElementType));
        Assert.Equal(["B", "", "T"], codes.SymbolicDimensions);
        Assert.Equal([-1, 14, -1], codes.Dimensions);
        Assert.Equal(("logits", typeof(float)), (output, logits.ElementType));
        Assert.Equal(["B", "T", "", ""], logits.SymbolicDimensions);
        Assert.Equal([-1, -1, 10, 1024], logits.Dimensions);
    }

    [Fact]
    public void Emit_Twice_GivesEqualBytes()
    {
        byte[] once = ModelWriter.ToBytes(Emit("micro/coarse", 20, ExportTarget.Portable));
        byte[] again = ModelWriter.ToBytes(Emit("micro/coarse", 20, ExportTarget.Portable));
        Assert.True(once.AsSpan().SequenceEqual(again));
    }

    [Fact]
    public void Emit_WithProvenance_SaysItInTheMetadata()
    {
        ExportOptions options = new() { Provenance = new("aa", "bb", null, "CC-BY-4.0") };
        using GraphSession session = new(TransformerEmitter.Emit(GoldenModels.Transformer("micro/coarse"), options));
        Assert.Equal("aa", session.Metadata[MetadataKeys.CheckpointSha256]);
        Assert.Equal("bb", session.Metadata[MetadataKeys.CodecSha256]);
        Assert.DoesNotContain(MetadataKeys.LoraSha256, session.Metadata.Keys);
        Assert.Equal("CC-BY-4.0", session.Metadata[MetadataKeys.WeightLicense]);
        Assert.Equal(GoldenModels.Transformer("micro/coarse").Configuration.ToJson(), session.Metadata[MetadataKeys.Configuration]);
        Assert.Equal("bind > emit(opset=20,target=portable)", session.Metadata[MetadataKeys.Pipeline]);
        Assert.StartsWith("VampNet.Toolchain ", session.Metadata[MetadataKeys.Tool], StringComparison.Ordinal);
    }

    [Fact]
    public void Emit_PositionBias_IsComputedOnceForAllLayers()
    {
        Model model = Emit("tiny/coarse", 20, ExportTarget.OnnxRuntime);
        Value bias = model
            .Graph.Values()
            .Single(value => value.Name == "transformer.layers.0.self_attn.relative_attention_bias.position_bias");
        Assert.Equal(GoldenModels.Transformer("tiny/coarse").Configuration.Layers, bias.Uses.Count);
    }

    private static Model Emit(string model, int opset, ExportTarget target) =>
        TransformerEmitter.Emit(GoldenModels.Transformer(model), new ExportOptions { Opset = opset, Target = target });

    private static void AssertLogits(GoldenTensors golden, Tensor<float> logits)
    {
        if (golden.Has("logits"))
        {
            Closeness.AssertWithin(LogitBudget, golden.Singles("logits"), logits);
            return;
        }

        Tensor<float> expected = golden.Singles("logits_at");
        long[] positions = golden.Int64s("positions").Values;
        int vocabulary = logits.Shape[^1];
        int perRow = logits.Count / logits.Shape[0];
        for (int i = 0; i < expected.Count / vocabulary; i++)
        {
            (int row, int position) = (i / positions.Length, (int)positions[i % positions.Length]);
            Closeness.AssertWithin(
                LogitBudget,
                expected.Values.AsSpan(i * vocabulary, vocabulary),
                logits.Values.AsSpan((row * perRow) + (position * vocabulary), vocabulary)
            );
        }
    }

    private static long[] Argmax(Tensor<float> logits)
    {
        int vocabulary = logits.Shape[^1];
        return
        [
            .. Enumerable
                .Range(0, logits.Count / vocabulary)
                .Select(i => (long)System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits.Values.AsSpan(i * vocabulary, vocabulary))),
        ];
    }

    private static void AssertLatents(GoldenTensors golden, Tensor<float> actual)
    {
        Tensor<float> expected = golden.Singles("latents");
        (int batch, int width, int frames) = (expected.Shape[0], expected.Shape[1], expected.Shape[2]);
        Assert.Equal([batch, frames, width], actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            (int b, int channel, int frame) = (i / (width * frames), i / frames % width, i % frames);
            Assert.Equal(expected.Values[i], actual.Values[(((b * frames) + frame) * width) + channel]);
        }
    }
}
