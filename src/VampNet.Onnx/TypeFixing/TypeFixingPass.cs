using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.TypeFixing;

/// <summary>
/// Makes names, imports and types of a model agree with its operators, so that later passes find a type for every value. Every repair is
/// reported, and an ambiguous contradiction is an error.
/// </summary>
internal static class TypeFixingPass
{
    /// <summary>Largest number of rounds of repairing operands and inferring types: each time settles at least one more node on every
    /// path.</summary>
    private const int MaxRounds = 64;

    /// <summary>Repairs a model in place.</summary>
    /// <returns>Each repair, with what was there and what is there now.</returns>
    /// <exception cref="OnnxException">Types contradict each other, and no repair is unambiguous (<see
    /// cref="DiagnosticIds.TypeUnrepairable"/>).</exception>
    public static TypeFixingReport Run(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<TypeRepair> repairs = [];
        NameRepair.Run(model, repairs);
        OpsetImportRepair.Run(model, repairs);
        InitializerInputRepair.Run(model, repairs);
        Dictionary<Value, ValueType?> declared = model
            .Graph.SelfAndSubgraphs()
            .SelectMany(graph => graph.Values())
            .ToDictionary(value => value, value => value.Type);
        ShapeInferenceResult inferred = ShapeInferencePass.Run(model);
        for (int round = 0; OperandRepair.Run(model, repairs); round++)
        {
            if (round == MaxRounds)
            {
                throw new OnnxException(
                    DiagnosticIds.TypeUnrepairable,
                    found: $"operands that still disagree after {MaxRounds} rounds of repair, last {repairs[^1]}",
                    expected: "types that agree",
                    advice: "The graph's types contradict each other in a cycle: report the model"
                );
            }

            inferred = ShapeInferencePass.Run(model);
        }

        DeclarationRepair.Report(model, declared, repairs);
        return new TypeFixingReport([.. repairs], inferred.Diagnostics);
    }
}
