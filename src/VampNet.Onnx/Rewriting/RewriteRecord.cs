namespace VampNet.Onnx.Rewriting;

/// <summary>A rule that fired at a node, or the reason why it nearly did.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Node">The node that it fired at, or that breaks the pattern.</param>
/// <param name="Fired">Whether the graph changed.</param>
/// <param name="Reason">Reason why it did not fire; null when it did.</param>
public sealed record RewriteRecord(string Pass, string Rule, string Node, bool Fired, string? Reason)
{
    /// <inheritdoc/>
    public override string ToString() => Fired ? $"{Pass}/{Rule} fired at {Node}" : $"{Pass}/{Rule} did not fire at {Node}: {Reason}";
}
