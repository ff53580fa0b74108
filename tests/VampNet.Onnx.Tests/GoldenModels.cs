using System.IO.Compression;
using VampNet.TestSupport;

namespace VampNet.Onnx.Tests;

/// <summary>The models among the golden files, as bytes.</summary>
internal static class GoldenModels
{
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> NodeModels = new(ReadNodeModels);

    /// <summary>The 571 one-operator models, by file name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Nodes => NodeModels.Value;

    /// <summary>The models that another exporter made, by file name.</summary>
    public static IReadOnlyList<string> ForeignNames { get; } =
    ["coarse_torch_export.onnx", "c2f_torch_export.onnx", "codec_decoder_torch_export.onnx"];

    /// <summary>The path of a model that another exporter made.</summary>
    public static string Foreign(string name) => Golden.Path($"foreign/{name}");

    private static SortedDictionary<string, byte[]> ReadNodeModels()
    {
        SortedDictionary<string, byte[]> models = new(StringComparer.Ordinal);
        using ZipArchive archive = ZipFile.OpenRead(Golden.Path("onnx_node_models.zip"));
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using MemoryStream bytes = new();
            using Stream stream = entry.Open();
            stream.CopyTo(bytes);
            models.Add(entry.Name, bytes.ToArray());
        }

        return models;
    }
}
