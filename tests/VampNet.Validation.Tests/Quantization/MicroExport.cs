using VampNet.Export;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Validation.Tests.Quantization;

/// <summary>The micro models as graphs, exported once for all tests here.</summary>
public sealed class MicroExport : IDisposable
{
    public MicroExport() => ExportRun.Run(CheckpointFiles.OfFolder(Golden.Path("micro")).ToRequest(Models));

    public string Root { get; } = Directory.CreateTempSubdirectory("vampnet-quantization-").FullName;

    public string Graph(string name) => Path.Combine(Models, name);

    public string Output() => Path.Combine(Root, Path.GetRandomFileName(), "quantized.onnx");

    private string Models => Path.Combine(Root, "models");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
