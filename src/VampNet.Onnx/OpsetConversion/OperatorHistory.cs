using System.Collections.Frozen;
using System.Collections.Immutable;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>All versions of the operators of ai.onnx up to <see cref="OpsetConverter.NewestOpset"/>.</summary>
internal static class OperatorHistory
{
    private static readonly Lazy<FrozenDictionary<string, ImmutableArray<OperatorVersion>>> Table = new(Read);

    /// <summary>Every version of every operator.</summary>
    public static IEnumerable<OperatorVersion> All => Table.Value.Values.SelectMany(versions => versions);

    /// <summary>The version of an operator in force at an opset; null when the operator is not known there.</summary>
    public static OperatorVersion? Find(string opType, int opset) =>
        Table.Value.TryGetValue(opType, out ImmutableArray<OperatorVersion> versions)
            ? versions.LastOrDefault(version => version.Since <= opset)
            : null;

    private static FrozenDictionary<string, ImmutableArray<OperatorVersion>> Read()
    {
        using Stream stream = typeof(OperatorHistory).Assembly.GetManifestResourceStream("operator-versions.tsv")!;
        using StreamReader reader = new(stream);
        return reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(OperatorVersion.Parse)
            .GroupBy(version => version.OpType)
            .ToFrozenDictionary(
                group => group.Key,
                group => group.OrderBy(version => version.Since).ToImmutableArray(),
                StringComparer.Ordinal
            );
    }
}
