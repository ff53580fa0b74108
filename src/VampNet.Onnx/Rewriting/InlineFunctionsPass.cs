using VampNet.Onnx.Rewriting.Inlining;

namespace VampNet.Onnx.Rewriting;

/// <summary>
/// Puts the bodies of the model's own functions in the place of their calls, and removes functions that nothing calls any more. A
/// function stays where its body is written in another version of an operator set than the model, or where the bodies together would
/// have too many nodes. See docs/decisions/0019-inlined-functions.md.
/// </summary>
internal sealed class InlineFunctionsPass : RewritePass
{
    /// <summary>The most nodes that a model may have after inlining: nested calls multiply.</summary>
    public const int MaxNodes = 100_000;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(records);
        if (model.Functions.Count == 0)
        {
            return false;
        }

        FunctionIndex functions = new(model);
        bool fits = functions.NodesWhenInlined <= MaxNodes;
        bool modified = false;
        Stack<Node> open = new(model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes).Reverse());
        while (open.TryPop(out Node? node))
        {
            if (IsGone(node) || functions.Called(node) is not { } function)
            {
                continue;
            }

            string call = node.Describe();
            string? obstacle = fits
                ? ForeignImport(function, model)
                : $"the model would have {functions.NodesWhenInlined} nodes, more than {MaxNodes}";
            records.Add(new RewriteRecord(Name, function.Name, call, obstacle is null, obstacle));
            if (obstacle is null)
            {
                modified = true;
                IReadOnlyList<Node> added = CallInliner.Inline(node, function);
                if (added.Any(each => each.Is("Identity")))
                {
                    model.OpsetImports.TryAdd("", OpsetVersions.OpsetFor(model.IrVersion));
                }

                foreach (Node inner in added.SelectMany(WithSubgraphs).Reverse())
                {
                    open.Push(inner);
                }
            }
        }

        return RemoveUncalled(model, functions, records) | modified;
    }

    /// <summary>Whether a call that was inlined held the node in a subgraph of its own, which was copied.</summary>
    private static bool IsGone(Node? node)
    {
        for (; node is not null; node = node.Graph.ParentNode)
        {
            if (node.IsRemoved)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Node> WithSubgraphs(Node node) =>
        node.Subgraphs.SelectMany(graph => graph.SelfAndSubgraphs()).SelectMany(graph => graph.Nodes).Prepend(node);

    /// <summary>The reason why the body would not mean the same in the model's operator sets; null if it would. Adds operator sets that the
    /// model does not import yet.</summary>
    private static string? ForeignImport(Function function, Model model)
    {
        var used = function.Body.SelfAndSubgraphs().SelectMany(graph => graph.Nodes).Select(node => node.Domain).Distinct().ToList();
        foreach (string domain in used)
        {
            if (
                function.OpsetImports.TryGetValue(domain, out int inner)
                && model.OpsetImports.TryGetValue(domain, out int outer)
                && inner != outer
            )
            {
                return $"its body is written in version {inner} of {(domain.Length == 0 ? "ai.onnx" : domain)}, the model in {outer}";
            }
        }

        foreach (string domain in used)
        {
            if (function.OpsetImports.TryGetValue(domain, out int version))
            {
                model.OpsetImports.TryAdd(domain, version);
            }
        }

        return null;
    }

    private bool RemoveUncalled(Model model, FunctionIndex functions, ICollection<RewriteRecord> records)
    {
        HashSet<Function> called = functions.Reachable(model.Graph);
        var gone = model.Functions.Where(function => !called.Contains(function)).ToList();
        foreach (Function function in gone)
        {
            model.Functions.Remove(function);
            records.Add(new RewriteRecord(Name, "Function", $"'{function.Domain}::{function.Name}'", true, null));
        }

        HashSet<string> used = [.. model.AllGraphs().SelectMany(graph => graph.Nodes).Select(node => node.Domain)];
        foreach (
            string domain in gone.Select(function => function.Domain)
                .Where(domain => domain.Length > 0 && !used.Contains(domain))
                .Distinct()
        )
        {
            model.OpsetImports.Remove(domain);
        }

        return gone.Count > 0;
    }
}
