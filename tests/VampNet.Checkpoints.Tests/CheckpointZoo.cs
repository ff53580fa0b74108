using System.Text.Json;
using VampNet.TestSupport;

namespace VampNet.Checkpoints.Tests;

/// <summary>The golden checkpoints, one per layout that PyTorch writes, and what their manifest says of each tensor.</summary>
internal static class CheckpointZoo
{
    public static IEnumerable<string> Layouts => Manifest.RootElement.EnumerateObject().Select(file => file.Name);

    public static IEnumerable<string> Refused =>
        Directory
            .GetFiles(Golden.Path("checkpoint_zoo/refuse"))
            .Select(file => System.IO.Path.GetFileName(file))
            .Order(StringComparer.Ordinal);

    private static JsonDocument Manifest { get; } = JsonDocument.Parse(File.ReadAllText(Golden.Path("checkpoint_zoo/manifest.json")));

    public static string Path(string name) => Golden.Path($"checkpoint_zoo/{name}");

    public static string RefusedPath(string name) => Golden.Path($"checkpoint_zoo/refuse/{name}");

    public static IReadOnlyList<ExpectedTensor> Expected(string file) =>
        [
            .. Manifest
                .RootElement.GetProperty(file)
                .GetProperty("tensors")
                .EnumerateObject()
                .Select(tensor => new ExpectedTensor(
                    tensor.Name,
                    tensor.Value.GetProperty("dtype").GetString()!,
                    string.Join(",", tensor.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())),
                    tensor.Value.GetProperty("sha256").GetString()!
                )),
        ];

    internal sealed record ExpectedTensor(string Name, string Type, string Shape, string Sha256);
}
