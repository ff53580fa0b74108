using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.TestSupport;
using VampNet.Torch;
using VampNet.Validation.Folders;

namespace VampNet.Validation.Tests;

/// <summary>Checkpoints trained with flash_attn, generated from a golden one: no golden file has that attention.</summary>
public sealed class FlashAttentionTests : IDisposable
{
    private const int Width = 32;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-flash-");

    [Theory]
    [InlineData(17, ExportTarget.Portable)]
    [InlineData(20, ExportTarget.OnnxRuntime)]
    [InlineData(23, ExportTarget.Portable)]
    public void Run_AFlashModel_PassesAtEverySize(int opset, ExportTarget target)
    {
        var files = new CheckpointFiles(
            WriteFlash("coarse.pth", new Random(20261128), keepsLora: true),
            null,
            Golden.Path("micro/codec.pth")
        );
        var folder = new ModelFolder(Path.Combine(_root.FullName, "models"));
        TwoLayers.AssertPasses(folder, files, opset, target);
        Assert.True((bool?)folder.ReadManifest().Models["coarse"].Configuration["flash_attn"]);
    }

    /// <summary>Without biases and positions both kinds of attention are the same function, and the relative kind is held against
    /// upstream's own results.</summary>
    [Fact]
    public void Forward_TheWeightsOfRelativeAttentionWithoutPositions_GivesTheSame()
    {
        using IDisposable inference = torch.no_grad();
        using VampNetTransformer relative = Load(WriteWithoutPositions("relative.pth")),
            flash = Load(WriteFlash("flash.pth", random: null, keepsLora: false));
        using torch.Tensor codes = torch.arange(2 * 4 * 37, dtype: torch.ScalarType.Int64).remainder(65).view(2, 4, 37);

        using torch.Tensor expected = relative.forward(codes),
            actual = flash.forward(codes);

        Assert.Equal((AttentionKind.Relative, AttentionKind.Flash), (relative.Configuration.Attention, flash.Configuration.Attention));
        Assert.True((expected - actual).abs().max().item<float>() < 1e-5f);
        Assert.True(expected.std().item<float>() > 0.1f);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static VampNetTransformer Load(string path)
    {
        using Checkpoint transformer = Checkpoint.Open(path);
        using Checkpoint codec = Checkpoint.Open(Golden.Path("micro/codec.pth"));
        return VampNetTransformer.Load(ModelBinder.BindTransformer(transformer, codec));
    }

    /// <summary>micro/coarse.pth with FlashMHA for its attention: random weights and biases, or without a source of them the golden
    /// projections and biases of zero.</summary>
    private string WriteFlash(string name, Random? random, bool keepsLora)
    {
        using Checkpoint golden = Checkpoint.Open(Golden.Path("micro/coarse.pth"));
        List<TensorEntry> tensors =
        [
            .. golden
                .TensorList.Where(tensor => !tensor.Name.Contains(".self_attn.", StringComparison.Ordinal))
                .Where(tensor => keepsLora || !TensorRow.Of(tensor).IsLora)
                .Select(TensorEntry.From),
        ];
        for (int layer = 0; layer < 2; layer++)
        {
            string path = $"transformer.layers.{layer}.self_attn";
            float[] joint = [.. new[] { "w_qs", "w_ks", "w_vs" }.SelectMany(part => golden.Tensors[$"{path}.{part}.weight"].ToSingles())];
            tensors.AddRange([
                TensorEntry.From($"{path}.Wqkv.weight", Values(joint), 3 * Width, Width),
                TensorEntry.From($"{path}.Wqkv.bias", Values(new float[3 * Width]), 3 * Width),
                TensorEntry.From($"{path}.out_proj.weight", Values(golden.Tensors[$"{path}.fc.weight"].ToSingles()), Width, Width),
                TensorEntry.From($"{path}.out_proj.bias", Values(new float[Width]), Width),
            ]);
        }

        return Write(name, tensors, golden);

        float[] Values(float[] otherwise) => random is null ? otherwise : [.. otherwise.Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private string WriteWithoutPositions(string name)
    {
        using Checkpoint golden = Checkpoint.Open(Golden.Path("micro/coarse.pth"));
        return Write(
            name,
            golden
                .TensorList.Where(tensor => !TensorRow.Of(tensor).IsLora)
                .Select(tensor =>
                    tensor.Name.EndsWith("relative_attention_bias.weight", StringComparison.Ordinal)
                        ? TensorEntry.From(tensor.Name, new float[tensor.ElementCount], [.. tensor.Shape])
                        : TensorEntry.From(tensor)
                ),
            golden
        );
    }

    private string Write(string name, IEnumerable<TensorEntry> tensors, Checkpoint golden)
    {
        string path = Path.Combine(_root.FullName, name);
        PthWriter.WriteFile(path, tensors, golden.Metadata);
        return path;
    }
}
