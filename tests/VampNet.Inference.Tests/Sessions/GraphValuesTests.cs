using VampNet.Export;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.TestSupport;

namespace VampNet.Inference.Tests.Sessions;

public sealed class GraphValuesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-layers-");

    [Theory]
    [InlineData("coarse.onnx", "transformer.layers.0.output", 2)]
    [InlineData("codec_decoder.onnx", "decoder.model.1.block.2.output", 4)]
    [InlineData("codec_encoder.onnx", "encoder.block.1.block.2.output", 4)]
    public void LayersOf_AnExportedGraph_AreItsLayersOrBlocks(string graph, string first, int count)
    {
        string[] layers = GraphValues.LayersOf(Path.Combine(Export(), graph));

        Assert.Equal((first, count), (layers[0], layers.Length));
    }

    [Fact]
    public void LayersOf_AForeignGraph_AreNone() => Assert.Empty(GraphValues.LayersOf(Golden.Path("foreign/coarse_torch_export.onnx")));

    [Fact]
    public void Run_ALayerOfAGraph_GivesItsActivationsAndLeavesNoCopy()
    {
        string folder = Export();
        string[] files = Directory.GetFiles(folder);
        string[] layers = GraphValues.LayersOf(Path.Combine(folder, "coarse.onnx"));
        using GraphSession session = GraphSession.OpenWithValues(Path.Combine(folder, "coarse.onnx"), layers);

        long[][] shapes = session.Run(
            new ModelSample("zeros", [new ModelInput("codes", new long[4 * 5], [1, 4, 5])]),
            layers,
            (values, _) => values.Select(value => value.GetTensorTypeAndShape().Shape).ToArray()
        );

        Assert.Equal(
            [
                [1, 5, 32],
                [1, 5, 32],
            ],
            shapes
        );
        Assert.Equal(files, Directory.GetFiles(folder));
    }

    [Fact]
    public void Open_AValueThatDoesNotExist_IsRefused() =>
        Assert.Equal(
            "VNI0201",
            Assert.Throws<InferenceException>(() => GraphSession.OpenWithValues(Path.Combine(Export(), "coarse.onnx"), ["nowhere"])).Id
        );

    [Fact]
    public void Run_InputOfAnotherShape_IsRefused()
    {
        string path = Path.Combine(Export(), "coarse.onnx");
        string[] layers = GraphValues.LayersOf(path);
        using GraphSession session = GraphSession.OpenWithValues(path, layers);

        Assert.Equal(
            "VNI0202",
            Assert
                .Throws<InferenceException>(() =>
                    session.Run(
                        new ModelSample("one axis", [new ModelInput("codes", new long[4], [4])]),
                        layers,
                        (values, _) => values.Count
                    )
                )
                .Id
        );
    }

    public void Dispose() => _root.Delete(recursive: true);

    private string Export()
    {
        string folder = Path.Combine(_root.FullName, "micro");
        ExportRun.Run(CheckpointFiles.Find(Golden.Path("micro")).ToRequest(folder));
        return folder;
    }
}
