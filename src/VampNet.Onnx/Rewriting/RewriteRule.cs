namespace VampNet.Onnx.Rewriting;

/// <summary>
/// A local improvement: looks at a node and what feeds it, and says what to put in its place. Rules are pure: they change
/// nothing, keep nothing, and give the same answer for the same graph.
/// </summary>
public abstract class RewriteRule
{
    /// <summary>The name in explanations: the type's name without its ending.</summary>
    public string Name => GetType().Name.EndsWith("Rule", StringComparison.Ordinal) ? GetType().Name[..^4] : GetType().Name;

    /// <summary>What it does to the numbers.</summary>
    public abstract NumericalEffect Effect { get; }

    /// <summary>Looks at a node as the last of the pattern.</summary>
    public abstract RuleOutcome Apply(Node node, RewriteContext context);
}
