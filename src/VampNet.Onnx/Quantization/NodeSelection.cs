using System.IO.Enumeration;

namespace VampNet.Onnx.Quantization;

/// <summary>Which nodes a quantizer may touch: by operator, and by patterns over node names.</summary>
public sealed record NodeSelection
{
    /// <summary>Patterns that a node's name or operator must match one of; empty lets every node pass. <c>*</c> and <c>?</c> are wildcards, case matters.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns that a node's name and operator must not match; they win over <see cref="Include"/>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Why the node must be left alone, or null when it may be quantized.</summary>
    public string? ReasonAgainst(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (Exclude.FirstOrDefault(pattern => Matches(pattern, node)) is { } exclusion)
        {
            return $"excluded by '{exclusion}'";
        }

        return Include.Count == 0 || Include.Any(pattern => Matches(pattern, node)) ? null : "not included";
    }

    private static bool Matches(string pattern, Node node) =>
        FileSystemName.MatchesSimpleExpression(pattern, node.Name, ignoreCase: false)
        || FileSystemName.MatchesSimpleExpression(pattern, node.OpType, ignoreCase: false);
}
