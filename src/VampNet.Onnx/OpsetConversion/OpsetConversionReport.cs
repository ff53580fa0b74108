using System.Collections.Immutable;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>The changes of a conversion to another opset.</summary>
/// <param name="From">The version of ai.onnx before.</param>
/// <param name="To">The version after.</param>
/// <param name="Effect">The worst numerical effect of any change.</param>
/// <param name="Changes">The nodes that were rewritten because their operator's definition changed, in the order of the versions.</param>
public sealed record OpsetConversionReport(int From, int To, NumericalEffect Effect, ImmutableArray<OpsetChange> Changes)
{
    /// <summary>One sentence for a user: the two versions and how many nodes of which operators were rewritten.</summary>
    public override string ToString()
    {
        string[] counts =
        [
            .. Changes
                .GroupBy(change => change.OpType)
                .OrderByDescending(group => group.Select(change => change.Node).Distinct().Count())
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Select(change => change.Node).Distinct().Count()} {group.Key}"),
        ];
        return $"opset {From} to {To}: {(counts.Length == 0 ? "no node had to change" : $"rewrote {string.Join(", ", counts)}")}";
    }
}

/// <summary>One node that was rewritten.</summary>
/// <param name="OpType">The operator before.</param>
/// <param name="Node">The node's description, as in messages.</param>
/// <param name="Version">The opset at which the operator's definition changed.</param>
public sealed record OpsetChange(string OpType, string Node, int Version);
