using System.Security.Cryptography;
using System.Text.Json;

namespace VampNet.Runtime.Models;

/// <summary>What a folder of the session cache must hold.</summary>
/// <param name="Graph">SHA-256 of the graph.</param>
/// <param name="Lengths">The length of each other file, by name.</param>
internal sealed record SessionEntry(string Graph, IReadOnlyDictionary<string, long> Lengths)
{
    /// <summary>The graph's name, and that of its weights.</summary>
    public const string GraphName = "graph.onnx",
        WeightsName = "graph.onnx.data";

    /// <summary>The name of the file that describes the folder.</summary>
    public const string Name = "entry.json";

    /// <summary>Describes a folder as it is.</summary>
    public static SessionEntry Describe(string folder)
    {
        using FileStream graph = File.OpenRead(Path.Combine(folder, GraphName));
        return new SessionEntry(
            Convert.ToHexStringLower(SHA256.HashData(graph)),
            new DirectoryInfo(folder)
                .GetFiles()
                .Where(file => file.Name is not (GraphName or Name))
                .ToDictionary(file => file.Name, file => file.Length)
        );
    }

    /// <summary>Whether a folder holds all that its description says. Weights are judged by their length: reading them all takes longer
    /// than opening the session.</summary>
    public static bool IsWhole(string folder)
    {
        try
        {
            SessionEntry? said = JsonSerializer.Deserialize<SessionEntry>(File.ReadAllBytes(Path.Combine(folder, Name)));
            SessionEntry found = Describe(folder);
            return said is { Lengths: not null }
                && said.Graph == found.Graph
                && said.Lengths.OrderBy(each => each.Key).SequenceEqual(found.Lengths.OrderBy(each => each.Key));
        }
        catch (Exception problem) when (problem is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The description as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);
}
