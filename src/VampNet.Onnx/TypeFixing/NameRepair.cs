namespace VampNet.Onnx.TypeFixing;

/// <summary>
/// Gives each value and each node a unique name. Inputs and outputs of the model keep theirs, because callers use them; among the others
/// the first one keeps it.
/// </summary>
internal static class NameRepair
{
    public static void Run(Model model, List<TypeRepair> repairs)
    {
        RenameValues(model.Graph, repairs);
        foreach (Function function in model.Functions)
        {
            RenameValues(function.Body, repairs);
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Node node in model.AllGraphs().SelectMany(graph => graph.Nodes))
        {
            if (node.Name.Length > 0 && !names.Add(node.Name))
            {
                string old = node.Name;
                node.Name = node.Graph.FreshName(old);
                names.Add(node.Name);
                repairs.Add(new TypeRepair(TypeRepairKind.Name, $"the node {node.Describe()}", old, node.Name));
            }
        }
    }

    private static void RenameValues(Graph main, List<TypeRepair> repairs)
    {
        var values = main.SelfAndSubgraphs().SelectMany(graph => graph.Values()).Where(value => value.Name.Length > 0).ToList();
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Value value in values.OrderByDescending(value => value.Owner == main && (value.IsGraphInput || value.IsGraphOutput)))
        {
            if (names.Add(value.Name))
            {
                continue;
            }

            string old = value.Name;
            value.Name = main.FreshName(old);
            names.Add(value.Name);
            repairs.Add(
                new TypeRepair(
                    TypeRepairKind.Name,
                    value.Producer is { } producer ? $"a result of {producer.Describe()}" : $"a value of the graph '{value.Owner?.Name}'",
                    old,
                    value.Name
                )
            );
        }
    }
}
