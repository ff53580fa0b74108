using VampNet.Checkpoints;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;
using VampNet.TestSupport;

namespace VampNet.Validation.Tests;

/// <summary>Graphs that PyTorch's exporter made give what PyTorch itself computed, as they are and rewritten.</summary>
public sealed class ForeignGraphTests : IDisposable
{
    private const float Bound = 2e-4f;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-validation-");

    [Theory]
    [InlineData("coarse", 20, null)]
    [InlineData("coarse", 20, RewriteTarget.Portable)]
    [InlineData("coarse", 20, RewriteTarget.OnnxRuntime)]
    [InlineData("coarse", 61, null)]
    [InlineData("coarse", 61, RewriteTarget.Portable)]
    [InlineData("coarse", 61, RewriteTarget.OnnxRuntime)]
    [InlineData("c2f", 20, null)]
    [InlineData("c2f", 20, RewriteTarget.Portable)]
    [InlineData("c2f", 20, RewriteTarget.OnnxRuntime)]
    [InlineData("c2f", 61, null)]
    [InlineData("c2f", 61, RewriteTarget.Portable)]
    [InlineData("c2f", 61, RewriteTarget.OnnxRuntime)]
    public void Graph_OnPyTorchsLatents_GivesPyTorchsLogits(string model, int frames, RewriteTarget? target)
    {
        string original = Golden.Path($"foreign/{model}_torch_export.onnx");
        using Checkpoint golden = Checkpoint.Open(Golden.Path($"foreign/{model}_torch_export_t{frames}.safetensors"));
        CheckpointTensor latents = golden.Tensors["latents"],
            expected = golden.Tensors["logits_first_8"];

        using GraphSession session = new(target is { } asked ? Optimize(original, asked) : original);
        string input = InputOf(original);
        (Array values, long[] shape) = session.RunFirst(
            new ModelSample("golden", [new ModelInput(input, latents.ToSingles(), [.. latents.Shape])])
        );

        // The file holds the first positions of each token's logits.
        float[] logits = (float[])values,
            known = expected.ToSingles();
        int kept = (int)expected.Shape[2],
            positions = (int)shape[2];
        for (int i = 0; i < known.Length; i++)
        {
            Assert.InRange(logits[i / kept * positions + i % kept], known[i] - Bound, known[i] + Bound);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string InputOf(string path)
    {
        using Model model = ModelReader.Read(path);
        return model.Graph.Inputs.Single(value => value.Constant is null).Name;
    }

    private string Optimize(string path, RewriteTarget target)
    {
        string optimized = Path.Combine(_folder.FullName, "optimized.onnx");
        using Model model = ModelReader.Read(path);
        ModelOptimizer.Optimize(model, target);
        ModelWriter.Write(model, optimized);
        return optimized;
    }
}
