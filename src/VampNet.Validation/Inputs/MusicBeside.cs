using System.Collections.Immutable;
using VampNet.Models;
using VampNet.Runtime.Audio;

namespace VampNet.Validation.Inputs;

/// <summary>The music that lies beside a graph, to calibrate and judge it on: recordings in its folder, and in folders named music, clips
/// or audio there.</summary>
public static class MusicBeside
{
    private const int MostFiles = 16;

    private static readonly ImmutableHashSet<string> Shelves = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "music",
        "clips",
        "audio"
    );

    /// <summary>Finds the music beside a graph.</summary>
    /// <param name="graph">The graph's file.</param>
    /// <returns>At most 16 recordings, spread evenly over all in the order of their names; empty when there is none, or no
    /// codec_encoder.onnx beside the graph to encode them.</returns>
    public static ImmutableArray<string> Find(string graph)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(graph))!;
        if (!File.Exists(Path.Combine(folder, ModelFiles.CodecEncoder)))
        {
            return [];
        }

        string[] found =
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Where(each => Shelves.Contains(Path.GetFileName(each)))
                .Prepend(folder)
                .SelectMany(Directory.EnumerateFiles)
                .Where(file => AudioFile.Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return found.Length <= MostFiles
            ? [.. found]
            : [.. Enumerable.Range(0, MostFiles).Select(i => found[i * found.Length / MostFiles])];
    }
}
