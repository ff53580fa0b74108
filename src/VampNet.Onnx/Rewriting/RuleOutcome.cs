namespace VampNet.Onnx.Rewriting;

/// <summary>The result of a rule at a node: irrelevant, a miss with its reason, or a patch.</summary>
public abstract record RuleOutcome
{
    private protected RuleOutcome() { }

    /// <summary>The node is not of the kind that the rule looks at.</summary>
    public static RuleOutcome Irrelevant { get; } = new IrrelevantOutcome();

    /// <summary>The node is of that kind, but a condition does not hold.</summary>
    /// <param name="node">The node that breaks it.</param>
    /// <param name="reason">The condition that does not hold, and what was found.</param>
    public static RuleOutcome Miss(Node node, string reason) => new MissOutcome(node, reason);
}

/// <summary>See <see cref="RuleOutcome.Irrelevant"/>.</summary>
internal sealed record IrrelevantOutcome : RuleOutcome;

/// <summary>See <see cref="RuleOutcome.Miss"/>.</summary>
internal sealed record MissOutcome(Node Node, string Reason) : RuleOutcome;

/// <summary>A change as data: nodes to add, and which values their results stand in for. Values that nothing reads any more are
/// removed.</summary>
/// <param name="Nodes">The nodes to add, each after those it reads.</param>
/// <param name="Replacements">The values to replace, and by what.</param>
internal sealed record Patch(IReadOnlyList<PatchNode> Nodes, IReadOnlyList<(Value Old, Operand New)> Replacements) : RuleOutcome;
