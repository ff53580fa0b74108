using System.Collections.Immutable;
using System.IO.Enumeration;

namespace VampNet.Onnx.Quantization;

/// <summary>Selects the nodes that a quantizer may change: by operator, by patterns over node names, or one by one.</summary>
public sealed record NodeSelection
{
    /// <summary>Patterns that a node's name or operator must match one of; empty lets every node pass. <c>*</c> and <c>?</c> are wildcards,
    /// case matters.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns that a node's name and operator must not match; they win over <see cref="Include"/>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>When not null, the only operators to touch.</summary>
    public IReadOnlySet<string>? Operators { get; init; }

    /// <summary>When not null, the only nodes to touch, each by the name of its first output. A search for the costliest nodes sets
    /// this.</summary>
    public IReadOnlySet<string>? Only { get; init; }

    /// <summary>Nodes that a quality goal keeps in floating point, each by the name of its first output.</summary>
    public IReadOnlySet<string> Spared { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Reason why the node must not be quantized; null when it may be.</summary>
    public string? ReasonAgainst(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (Exclude.FirstOrDefault(pattern => Matches(pattern, node)) is { } exclusion)
        {
            return $"excluded by '{exclusion}'";
        }

        if ((Include.Count > 0 && !Include.Any(pattern => Matches(pattern, node))) || Only?.Overlaps(FirstOutput(node)) == false)
        {
            return "not included";
        }

        return Spared.Overlaps(FirstOutput(node)) ? "returned to floating point for the quality goal"
            : Operators?.Contains(node.OpType) == false ? "its operator is left in floating point"
            : null;
    }

    private static IEnumerable<string> FirstOutput(Node node) => node.Outputs.Take(1).Select(output => output.Name);

    private static bool Matches(string pattern, Node node) =>
        FileSystemName.MatchesSimpleExpression(pattern, node.Name, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, node.OpType, ignoreCase: false);
}
