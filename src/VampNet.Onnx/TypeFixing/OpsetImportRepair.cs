namespace VampNet.Onnx.TypeFixing;

/// <summary>Imports the operator sets that nodes use: ai.onnx in the version that came with the model's IR version, any other in version
/// 1.</summary>
internal static class OpsetImportRepair
{
    public static void Run(Model model, List<TypeRepair> repairs)
    {
        Import(model.Graph, model.OpsetImports, "the model", model.IrVersion, repairs);
        foreach (Function function in model.Functions)
        {
            Import(function.Body, function.OpsetImports, $"the function '{function.Name}'", model.IrVersion, repairs);
        }
    }

    private static void Import(Graph main, OrderedDictionary<string, int> imports, string where, int irVersion, List<TypeRepair> repairs)
    {
        foreach (Node node in main.SelfAndSubgraphs().SelectMany(graph => graph.Nodes))
        {
            int version = node.Domain.Length == 0 ? OpsetVersions.OpsetFor(irVersion) : 1;
            if (imports.TryAdd(node.Domain, version))
            {
                repairs.Add(
                    new TypeRepair(
                        TypeRepairKind.OpsetImport,
                        where,
                        "not imported",
                        $"{(node.Domain.Length == 0 ? "ai.onnx" : node.Domain)} {version}"
                    )
                );
            }
        }
    }
}
