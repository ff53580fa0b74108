namespace VampNet.Onnx.Rewriting;

/// <summary>Removes nodes and initializers that no output depends on.</summary>
internal sealed class RemoveDeadNodesPass : RewritePass
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Exact;

    /// <inheritdoc/>
    public override bool Run(Model model, RewriteTarget target, ICollection<RewriteRecord> records)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(records);
        int removed = 0;
        foreach (Graph graph in model.AllGraphs().ToList())
        {
            removed += GraphEditor.RemoveDead(graph, graph.Nodes.Reverse());
        }

        foreach (Graph graph in model.AllGraphs().ToList())
        {
            foreach (Value value in graph.Initializers.ToList())
            {
                if (value.Uses.Count == 0 && !value.IsGraphOutput && !value.IsGraphInput)
                {
                    graph.RemoveInitializer(value);
                    records.Add(new RewriteRecord(Name, "Initializer", $"'{value.Name}'", true, null));
                    removed++;
                }
            }
        }

        return removed > 0;
    }
}
