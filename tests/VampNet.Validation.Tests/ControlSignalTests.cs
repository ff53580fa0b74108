using TorchSharp;
using VampNet.Architecture;
using VampNet.Checkpoints;
using VampNet.Export;
using VampNet.TestSupport;
using VampNet.Torch;
using VampNet.Validation.Folders;

namespace VampNet.Validation.Tests;

/// <summary>A model with control signals in TorchSharp and as a graph.</summary>
public sealed class ControlSignalTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-controls-");

    private CheckpointFiles Files => new(Golden.Path("ctrl/coarse.pth"), null, WriteCodec());

    [Theory]
    [InlineData(17, ExportTarget.Portable)]
    [InlineData(20, ExportTarget.OnnxRuntime)]
    public void Run_AModelWithControls_IsJudgedUnderSeededSignals(int opset, ExportTarget target)
    {
        var folder = new ModelFolder(Path.Combine(_root.FullName, "models"));
        CheckpointFiles files = Files;
        TwoLayers.AssertPasses(folder, files, opset, target);
    }

    [Theory]
    [InlineData("forward_b1_t7")]
    [InlineData("forward_b2_t30")]
    public void Forward_GoldenSignals_GivesUpstreamsLogits(string file)
    {
        CheckpointFiles files = Files;
        using Checkpoint transformer = Checkpoint.Open(files.Coarse!);
        using Checkpoint codec = Checkpoint.Open(files.Codec!);
        using Checkpoint golden = Checkpoint.Open(Golden.Path($"ctrl/{file}.safetensors"));
        using IDisposable inference = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        using VampNetTransformer model = VampNetTransformer.Load(ModelBinder.BindTransformer(transformer, codec));

        torch.Tensor logits = model.forward(
            torch.tensor(golden.Tensors["codes"].ToInt64s(), [.. golden.Tensors["codes"].Shape]),
            model.Configuration.ControlDims.Keys.ToDictionary(
                name => name,
                name => new ControlTensors(Read($"ctrl.{name}"), Read($"ctrl_mask.{name}"))
            )
        );

        Assert.True((logits - Read("logits")).abs().max().item<float>() < 2e-4f);

        torch.Tensor Read(string name) => torch.tensor(golden.Tensors[name].ToSingles(), [.. golden.Tensors[name].Shape]);
    }

    public void Dispose() => _root.Delete(recursive: true);

    // The golden tables of the model's codec, in a codec that is whole.
    private string WriteCodec()
    {
        string path = Path.Combine(_root.FullName, "codec.pth");
        using Checkpoint whole = Checkpoint.Open(Golden.Path("micro/codec.pth"));
        using Checkpoint tables = Checkpoint.Open(Golden.Path("ctrl/codec_tables.safetensors"));
        PthWriter.WriteFile(
            path,
            whole.TensorList.Select(tensor => TensorEntry.From(tables.Tensors.GetValueOrDefault(tensor.Name) ?? tensor)),
            whole.Metadata
        );
        return path;
    }
}
