using System.Collections.Immutable;
using VampNet.Validation.Folders;

namespace VampNet.Reporting.Benchmarking;

/// <summary>Graphs to time in turns with a folder's own.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Files">Their paths, by the file name of the folder's graph that each does the work of.</param>
public sealed record OtherGraphs(string Name, ImmutableSortedDictionary<string, string> Files)
{
    /// <summary>Whether they come from another exporter: then they are the reference, and the folder's graphs are to be faster.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The folder that they are all of, when it makes music; null when it is not to be timed.</summary>
    public ModelFolder? Music { get; init; }

    /// <summary>The graphs of a folder that stand under the originals' names, such as quantized ones.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="graphs">The originals' file names.</param>
    /// <exception cref="ReportingException">VNP0105: the folder holds none of them.</exception>
    public static OtherGraphs Find(ModelFolder folder, IEnumerable<string> graphs)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new OtherGraphs(folder.Name, Find(folder, graphs, folder.At));
    }

    /// <summary>The graphs that PyTorch's exporter made of the same modules: <c>coarse.onnx</c>, or more after the name, as in
    /// <c>coarse_torch_export.onnx</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="graphs">The originals' file names.</param>
    /// <exception cref="ReportingException">VNP0105: the folder holds none of them.</exception>
    public static OtherGraphs FindFromExporter(ModelFolder folder, IEnumerable<string> graphs)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new OtherGraphs(folder.Name, Find(folder, graphs, graph => FindNamed(folder, graph))) { IsForeign = true };
    }

    private static string FindNamed(ModelFolder folder, string graph)
    {
        string name = Path.GetFileNameWithoutExtension(graph);
        return Directory.Exists(folder.Path)
            ? Directory.EnumerateFiles(folder.Path, $"{name}*.onnx").Order(StringComparer.Ordinal).FirstOrDefault() ?? folder.At(graph)
            : folder.At(graph);
    }

    private static ImmutableSortedDictionary<string, string> Find(
        ModelFolder folder,
        IEnumerable<string> graphs,
        Func<string, string> pathOf
    )
    {
        string[] wanted = [.. graphs];
        var found = wanted
            .Where(graph => File.Exists(pathOf(graph)))
            .ToImmutableSortedDictionary(graph => graph, pathOf, StringComparer.Ordinal);
        return found.IsEmpty
            ? throw new ReportingException(
                ReportingErrorIds.NoGraphs,
                found: $"none of {string.Join(", ", wanted)} in {folder.Path}",
                expected: "a folder of graphs under the originals' names",
                advice: $"Make one: vampnet quantize DIR/coarse.onnx {folder.Path}/coarse.onnx"
            )
            : found;
    }
}
