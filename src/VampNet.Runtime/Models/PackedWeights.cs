using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VampNet.Runtime.Models;

/// <summary>Reads where a graph that ONNX Runtime has saved keeps its packed weights.</summary>
internal static partial class PackedWeights
{
    // Kernels load packed weights with instructions that fault on any other address. ONNX Runtime saves them without a gap behind whatever
    // comes before; files are mapped at pages, so the offset decides.
    private const long Alignment = 64;

    /// <summary>Whether the packed weights can be used where they are.</summary>
    /// <param name="graph">The saved graph's file.</param>
    public static bool AreAligned(ReadOnlySpan<byte> graph) => Offsets(graph).All(static offset => offset % Alignment == 0);

    /// <summary>The offset of each packed weight in the file beside the graph.</summary>
    internal static IReadOnlyList<long> Offsets(ReadOnlySpan<byte> graph) =>
        [
            .. Places()
                .Matches(Encoding.Latin1.GetString(graph))
                .SelectMany(static match => match.Groups["offset"].Captures)
                .Select(static offset => long.Parse(offset.ValueSpan, CultureInfo.InvariantCulture)),
        ];

    // An entry of external_data: the key prepacked_N, and as its value a kernel's key, then "|offset;length;checksum" for each buffer.
    [GeneratedRegex(@"prepacked_[0-9]+\x12.[^|\x00-\x1f]*(\|(?<offset>[0-9]+);[0-9]+;[0-9]+)+", RegexOptions.Singleline)]
    private static partial Regex Places();
}
