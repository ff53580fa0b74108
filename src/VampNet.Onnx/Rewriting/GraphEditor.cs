using VampNet.Onnx.Tensors;

namespace VampNet.Onnx.Rewriting;

/// <summary>
/// The one place where rewriting changes graphs. It checks that a patch reads only values that are computed before it, and that each
/// replacement keeps the type and, for outputs, the name of the value it replaces. Then it removes nodes whose results nothing reads any
/// more.
/// </summary>
internal static class GraphEditor
{
    /// <summary>Largest constant that is computed while a model is written: it is computed in one array.</summary>
    private static readonly long MostComputedBytes = Array.MaxLength;

    /// <summary>The reason why a patch cannot be applied at a node; null if it can.</summary>
    public static string? Refuse(Patch patch, Node anchor)
    {
        HashSet<Value> replaced = [.. patch.Replacements.Select(replacement => replacement.Old)];
        foreach (
            Operand? operand in patch
                .Nodes.SelectMany(node => node.Inputs)
                .Concat(patch.Replacements.Select(replacement => replacement.New))
        )
        {
            if (operand is ExistingOperand { Value: var value } && !IsInReach(value, anchor))
            {
                return $"'{value.Name}' is not produced before {anchor.Describe()}";
            }
        }

        foreach (
            ConstantOperand constant in patch
                .Nodes.SelectMany(node => node.Inputs)
                .Concat(patch.Replacements.Select(replacement => replacement.New))
                .OfType<ConstantOperand>()
        )
        {
            if (constant.Data is LazyTensorData { ByteLength: var bytes } && bytes > MostComputedBytes)
            {
                return $"'{constant.NameWish}' would take {bytes} bytes, more than can be computed in one piece";
            }
        }

        foreach ((Value old, Operand replacement) in patch.Replacements)
        {
            if (old.IsGraphOutput && TakesNoName(replacement, old))
            {
                return $"the output '{old.Name}' would lose its name";
            }

            if (
                replacement is ExistingOperand { Value: { Type: TensorType found } }
                && old.Type is TensorType wanted
                && found.ElementType != wanted.ElementType
            )
            {
                return $"'{old.Name}' is {wanted} but its replacement {found}";
            }

            if (replacement is ExistingOperand existing && replaced.Contains(existing.Value))
            {
                return $"'{existing.Value.Name}' would replace and be replaced";
            }
        }

        return null;
    }

    /// <summary>Applies a patch that is not refused.</summary>
    /// <returns>The nodes that were added, and those that now read something else.</returns>
    public static IReadOnlyCollection<Node> Apply(Patch patch, Node anchor, Model model)
    {
        Graph graph = anchor.Graph;
        Dictionary<PatchNode, Node> added = new(ReferenceEqualityComparer.Instance);
        Dictionary<ConstantOperand, Value> constants = new(ReferenceEqualityComparer.Instance);
        HashSet<Node> changed = [];
        foreach (PatchNode node in patch.Nodes)
        {
            Value?[] inputs = [.. node.Inputs.Select(input => input is null ? null : Realize(input, graph, added, constants))];
            string[] names = [.. Enumerable.Range(0, node.OutputCount).Select(_ => graph.FreshName(NameWish(anchor, node)))];
            if (!model.OpsetImports.ContainsKey(node.Domain))
            {
                model.OpsetImports[node.Domain] = 1;
            }

            added.Add(node, graph.InsertNode(anchor, node.OpType, inputs, names, [.. node.Attributes], node.Domain, names[0]));
        }

        changed.UnionWith(added.Values);
        foreach ((Value old, Operand replacement) in patch.Replacements)
        {
            changed.UnionWith(old.Uses.Select(use => use.Node));
            Value realized = Realize(replacement, graph, added, constants);
            Replace(old, realized, isNew: replacement is not ExistingOperand);
            // The replacement may have taken over the old value's declared type.
            changed.UnionWith(realized.Producer is { } producer ? [producer] : []);
        }

        RemoveDead(graph, patch.Replacements.Select(replacement => replacement.Old.Producer).OfType<Node>());
        return changed;
    }

    /// <summary>Removes nodes whose results nothing reads, and nodes that only those read.</summary>
    /// <returns>Number of removed nodes.</returns>
    public static int RemoveDead(Graph graph, IEnumerable<Node> candidates)
    {
        HashSet<Node> dead = [];
        Stack<Node> open = new(candidates);
        while (open.TryPop(out Node? node))
        {
            if (
                node.Graph != graph
                || node.IsRemoved
                || dead.Contains(node)
                || node.Outputs.Any(output => output.IsGraphOutput || output.Uses.Any(use => !dead.Contains(use.Node)))
            )
            {
                continue;
            }

            dead.Add(node);
            foreach (Value input in node.Inputs.OfType<Value>().Concat(CapturedBy(node)))
            {
                if (input.Producer is { } producer)
                {
                    open.Push(producer);
                }
            }
        }

        if (dead.Count > 0)
        {
            graph.RemoveNodes(dead);
        }

        return dead.Count;
    }

    private static IEnumerable<Value> CapturedBy(Node node) =>
        node
            .Subgraphs.SelectMany(graph => graph.SelfAndSubgraphs())
            .SelectMany(graph => graph.Nodes)
            .SelectMany(inner => inner.Inputs)
            .OfType<Value>();

    private static Value Realize(
        Operand operand,
        Graph graph,
        Dictionary<PatchNode, Node> added,
        Dictionary<ConstantOperand, Value> constants
    )
    {
        switch (operand)
        {
            case ExistingOperand existing:
                return existing.Value;
            case ResultOperand result:
                return added[result.Node].Outputs[result.OutputIndex];
            default:
                var constant = (ConstantOperand)operand;
                if (!constants.TryGetValue(constant, out Value? value))
                {
                    constants.Add(constant, value = graph.AddInitializer(graph.FreshName(constant.NameWish), constant.Data));
                }

                return value;
        }
    }

    private static void Replace(Value old, Value replacement, bool isNew)
    {
        string name = old.Name;
        Graph.ReplaceUses(old, replacement);
        if (replacement.IsGraphOutput || isNew)
        {
            old.Name = "";
            replacement.Name = name;
        }

        if (replacement.Constant is null && (isNew || SaysLess(replacement, old)))
        {
            replacement.Type = old.Type;
        }
    }

    /// <summary>Whether the type of the replacement is less specific than the old value's type. Inference knows nothing about operators of
    /// unknown domains, so types that the graph declares after them must not get lost.</summary>
    private static bool SaysLess(Value replacement, Value old) =>
        replacement.Type is null
        || (
            replacement.TensorType is { } known
            && old.TensorType is { } declared
            && (
                known.ElementType == ElementType.Undefined
                || (known.ElementType == declared.ElementType && known.Shape is null && declared.Shape is not null)
            )
        );

    private static bool TakesNoName(Operand replacement, Value old) =>
        replacement switch
        {
            ExistingOperand { Value: var value } => value.Producer is null
                || value.IsGraphOutput
                || value.Owner != old.Owner
                || old.OutputCount > 1,
            ConstantOperand => false,
            _ => old.OutputCount > 1,
        };

    private static bool IsInReach(Value value, Node anchor)
    {
        for (Node? at = anchor; at is not null; at = at.Graph.ParentNode)
        {
            if (value.Owner == at.Graph)
            {
                return value.Producer is not { } producer || producer.Precedes(at);
            }
        }

        return false;
    }

    private static string NameWish(Node anchor, PatchNode node) =>
        anchor.Name.Length > 0 ? $"{anchor.Name}.{node.OpType}"
        : anchor.Outputs.Count > 0 ? $"{anchor.Outputs[0].Name}.{node.OpType}"
        : node.OpType;
}
