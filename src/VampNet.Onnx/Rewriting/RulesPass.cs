using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Rewriting;

/// <summary>Applies a family of rules to every node until none fires.</summary>
/// <param name="name">The family's name.</param>
/// <param name="rules">The rules, tried in this order at each node; the first that fires is applied.</param>
public sealed class RulesPass(string name, params ImmutableArray<RewriteRule> rules) : RewritePass
{
    private readonly Dictionary<string, ImmutableArray<RewriteRule>> _byOperator = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Largest number of sweeps over the model for a family; more mean that two rules undo each other.</summary>
    public const int MaxSweeps = 64;

    /// <inheritdoc/>
    public override string Name => name;

    /// <summary>The rules.</summary>
    public ImmutableArray<RewriteRule> Rules => rules;

    /// <summary>Properties that this family's patterns require, beside a valid and typed graph.</summary>
    public GraphProperties CountsOn { get; init; }

    /// <summary>Properties that hold once none of the rules fires.</summary>
    public GraphProperties Establishes { get; init; }

    /// <inheritdoc/>
    public override GraphProperties Requires => GraphProperties.Valid | GraphProperties.Typed | CountsOn;

    /// <inheritdoc/>
    public override GraphProperties Ensures => GraphProperties.Valid | Establishes;

    /// <inheritdoc/>
    public override GraphProperties Invalidates => GraphProperties.Clean;

    /// <inheritdoc/>
    public override NumericalEffect Effect => rules.Max(rule => rule.Effect);

    /// <inheritdoc/>
    public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(records);
        return Run(model, target, records, new IncrementalInference(model));
    }

    /// <summary>As <see cref="Run(Model, RewriteTarget, ICollection{RewriteRecord})"/>, with facts that earlier passes have
    /// inferred.</summary>
    internal bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records, IncrementalInference inference)
    {
        bool modified = false;
        for (int sweep = 0; sweep < MaxSweeps; sweep++)
        {
            List<RewriteRecord> misses = [];
            if (!Sweep(model, target, records, misses, inference))
            {
                misses.ForEach(records.Add);
                return modified;
            }

            modified = true;
        }

        throw new OnnxException(
            DiagnosticIds.NoFixpoint,
            found: $"the rules of '{name}' still firing after {MaxSweeps} sweeps, last {records.LastOrDefault(record => record.Fired)}",
            expected: "rules that no longer fire",
            advice: "Two rules undo each other: report the model"
        );
    }

    private bool Sweep(
        Model model,
        RewriteTarget target,
        ICollection<RewriteRecord> records,
        List<RewriteRecord> misses,
        IncrementalInference inference
    )
    {
        RewriteContext context = new(model, target, inference.Update());
        bool modified = false;
        foreach (Graph graph in model.Graph.SelfAndSubgraphs().ToList())
        {
            foreach (Node node in graph.Nodes.ToList())
            {
                modified |= !node.IsRemoved && node.Outputs.Count > 0 && ApplyFirst(node, context, records, misses, inference);
            }
        }

        return modified;
    }

    private bool ApplyFirst(
        Node node,
        RewriteContext context,
        ICollection<RewriteRecord> records,
        List<RewriteRecord> misses,
        IncrementalInference inference
    )
    {
        foreach (RewriteRule rule in RulesFor(node))
        {
            RuleOutcome outcome = rule.Apply(node, context);
            string? refusal = outcome is Patch patch ? GraphEditor.Refuse(patch, node) : null;
            if (outcome is Patch accepted && refusal is null)
            {
                records.Add(new RewriteRecord(name, rule.Name, node.Describe(), true, null));
                inference.Invalidate(GraphEditor.Apply(accepted, node, context.Model));
                return true;
            }

            if (outcome is MissOutcome miss)
            {
                misses.Add(new RewriteRecord(name, rule.Name, miss.Node.Describe(), false, miss.Reason));
            }
            else if (refusal is not null)
            {
                misses.Add(new RewriteRecord(name, rule.Name, node.Describe(), false, refusal));
            }
        }

        return false;
    }

    private ImmutableArray<RewriteRule> RulesFor(Node node)
    {
        string opType = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}::{node.OpType}";
        lock (_lock)
        {
            if (!_byOperator.TryGetValue(opType, out ImmutableArray<RewriteRule> found))
            {
                _byOperator[opType] = found = [.. rules.Where(rule => rule.LooksAt(opType))];
            }

            return found;
        }
    }
}
