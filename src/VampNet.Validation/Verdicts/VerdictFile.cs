using System.Collections.Immutable;
using VampNet.Models;

namespace VampNet.Validation.Verdicts;

/// <summary>The verdicts of a folder of exported models: <c>verdicts.json</c>, beside the manifest, which stays as the export wrote
/// it.</summary>
/// <param name="Format">The form of the file, <see cref="CurrentFormat"/>.</param>
/// <param name="Tool">The tool that judged, with its version.</param>
/// <param name="Files">The files of the judged graphs as they were then, ordered by name.</param>
/// <param name="Verdicts">The verdicts, one for each graph that was judged.</param>
public sealed record VerdictFile(string Format, string Tool, ImmutableArray<ManifestFile> Files, ImmutableArray<GraphVerdict> Verdicts)
{
    /// <summary>The format version that this library writes and reads.</summary>
    public const string CurrentFormat = "vampnet-verdicts/1";

    /// <summary>The verdicts on graphs whose files are unchanged in the manifest; others do not apply any more.</summary>
    /// <param name="manifest">The folder's manifest.</param>
    public ImmutableArray<GraphVerdict> HoldingFor(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return [.. Verdicts.Where(verdict => IsJudged([.. FilesOf(verdict.File, manifest.Files)], verdict))];

        bool IsJudged(ManifestFile[] now, GraphVerdict verdict) => now.Length > 0 && now.SequenceEqual(FilesOf(verdict.File, Files));
    }

    /// <summary>The files of one graph: itself, and its external data, which lies beside it under its name with a suffix.</summary>
    /// <param name="graph">The graph's file name, such as <c>coarse.onnx</c>.</param>
    /// <param name="files">The files to choose from.</param>
    public static IEnumerable<ManifestFile> FilesOf(string graph, IEnumerable<ManifestFile> files) =>
        files.Where(file => file.Name.StartsWith(graph, StringComparison.Ordinal)).OrderBy(file => file.Name, StringComparer.Ordinal);
}
