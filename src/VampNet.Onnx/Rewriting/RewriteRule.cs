using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting;

/// <summary>
/// A local improvement: looks at a node and what feeds it, and returns what to put in its place. Rules are pure: they change nothing,
/// keep nothing, and give the same answer for the same graph. docs/onnx.md writes one step by step.
/// </summary>
public abstract class RewriteRule
{
    /// <summary>The <see cref="Anchors"/> of a rule that looks at every node.</summary>
    public static ImmutableArray<string> AnyOperator { get; } = ["*"];

    /// <summary>The name in explanations: the type's name without its ending.</summary>
    public string Name => GetType().Name.EndsWith("Rule", StringComparison.Ordinal) ? GetType().Name[..^4] : GetType().Name;

    /// <summary>The numerical effect.</summary>
    public abstract NumericalEffect Effect { get; }

    /// <summary>The operators that the last node of the pattern may be: names of ai.onnx such as <c>Mul</c>, or names with their domain
    /// such as <c>com.microsoft::Gelu</c>; <see cref="AnyOperator"/> for all. The rule is tried only at nodes of these operators.</summary>
    public abstract ImmutableArray<string> Anchors { get; }

    /// <summary>Looks at a node as the last of the pattern.</summary>
    /// <param name="node">A node whose operator is one of the <see cref="Anchors"/>, with at least one output.</param>
    /// <param name="context">Queries about the model.</param>
    /// <returns>A patch from <see cref="PatchBuilder.Build"/>, <see cref="RuleOutcome.Irrelevant"/>, or a
    /// <see cref="RuleOutcome.Miss"/> with the condition that does not hold.</returns>
    public abstract RuleOutcome Apply(Node node, RewriteContext context);

    /// <summary>Whether the rule is tried at nodes of an operator, named as in <see cref="Anchors"/>.</summary>
    internal bool LooksAt(string opType) => Anchors == AnyOperator || Anchors.Contains(opType);
}
