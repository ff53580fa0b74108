using VampNet.Export;
using VampNet.Inference.Inputs;
using VampNet.TestSupport;

namespace VampNet.Quantization.Tests;

/// <summary>The micro models as graphs, exported once for all tests here.</summary>
public sealed class MicroExport : IDisposable
{
    public MicroExport() => ExportRun.Run(CheckpointFiles.Find(Golden.Path("micro")).ToRequest(Models));

    public string Root { get; } = Directory.CreateTempSubdirectory("vampnet-quantization-").FullName;

    public string Graph(string name) => Path.Combine(Models, name);

    /// <summary>The input profile of the micro graphs: vocabulary 64, 44.1 kHz, a hop of 768.</summary>
    public static InputProfile Profile(string graph) =>
        new()
        {
            Vocabulary = 64,
            MaskShare = graph.StartsWith("codec", StringComparison.Ordinal) ? 0 : 0.25,
            SamplesPerFrame = 768,
            JudgedFrames = graph.StartsWith("codec", StringComparison.Ordinal) ? [1, 19] : [1, 43, 173, 575],
        };

    public QuantizationRequest Request(string graph) => new(Graph(graph), Output()) { Profile = Profile(graph) };

    public string Output() => Path.Combine(Root, Path.GetRandomFileName(), "quantized.onnx");

    private string Models => Path.Combine(Root, "models");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
