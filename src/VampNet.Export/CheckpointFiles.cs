using VampNet.Export.Folders;

namespace VampNet.Export;

/// <summary>The checkpoint files that an export is made from and judged by, by path; null where none is named.</summary>
/// <param name="Coarse">The coarse model.</param>
/// <param name="C2f">The coarse-to-fine model.</param>
/// <param name="Codec">The codec.</param>
/// <param name="CoarseLora">LoRA tensors to lay over the coarse model.</param>
/// <param name="C2fLora">LoRA tensors to lay over the coarse-to-fine model.</param>
public sealed record CheckpointFiles(string? Coarse, string? C2f, string? Codec, string? CoarseLora = null, string? C2fLora = null)
{
    /// <summary>The checkpoints of a folder in any of the layouts that <see cref="CheckpointFolder"/> knows.</summary>
    /// <exception cref="ExportException">VNE0101: no codec lies in it.</exception>
    public static CheckpointFiles Find(string folder) => CheckpointFolder.Find(folder).ToFiles();

    /// <summary>A request to export these files.</summary>
    /// <param name="outputFolder">The folder to make.</param>
    public ExportRequest ToRequest(string outputFolder) =>
        new()
        {
            CoarsePath = Coarse,
            C2fPath = C2f,
            CodecPath = Codec,
            CoarseLoraPath = CoarseLora,
            C2fLoraPath = C2fLora,
            OutputFolder = outputFolder,
        };
}
