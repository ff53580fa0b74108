using System.Text;

namespace VampNet.Runtime.Models;

/// <summary>Finds the files in which a graph keeps its weights.</summary>
internal static class ExternalFiles
{
    // The key of an entry of TensorProto.external_data: field 1, 8 bytes. Field 2, its value, follows.
    private static ReadOnlySpan<byte> Key =>
        [0x0A, 8, (byte)'l', (byte)'o', (byte)'c', (byte)'a', (byte)'t', (byte)'i', (byte)'o', (byte)'n'];

    private const byte ValueField = 0x12;

    // Longer names take two bytes for their length, and are none that a tool writes.
    private const int LongestName = 127;

    /// <summary>The names of the files, in order, relative to the graph's folder.</summary>
    /// <param name="graph">The graph's file.</param>
    /// <returns>Null where it cannot be told.</returns>
    public static IReadOnlyList<string>? NamesIn(ReadOnlySpan<byte> graph)
    {
        SortedSet<string> names = new(StringComparer.Ordinal);
        for (int found = graph.IndexOf(Key); found >= 0; found = graph.IndexOf(Key))
        {
            graph = graph[(found + Key.Length)..];
            if (graph.Length < 2 || graph[0] != ValueField || graph[1] > LongestName || graph.Length < 2 + graph[1])
            {
                return null;
            }

            names.Add(Encoding.UTF8.GetString(graph.Slice(2, graph[1])));
        }

        return [.. names];
    }
}
