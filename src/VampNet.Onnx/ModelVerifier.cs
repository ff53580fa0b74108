using System.Collections.Immutable;
using VampNet.Onnx.ShapeInference;
using VampNet.Onnx.Verification;

namespace VampNet.Onnx;

/// <summary>
/// Checks a model against the rules that hold for every graph, whatever its operators: single assignment, order, names,
/// operator-set imports, kinds of attributes, declared types of the interface and of constants, functions. Declared types are compared with
/// inferred ones separately, by <see cref="VerifyTypes"/>.
/// </summary>
/// <remarks>Source: docs/IR.md of onnx/onnx.</remarks>
public static class ModelVerifier
{
    /// <summary>Checks a model.</summary>
    /// <returns>The violations, in the order of the model; empty for a valid model.</returns>
    public static ImmutableArray<Diagnostic> Verify(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        List<Diagnostic> findings = [];
        if (model.IrVersion is < 1 or > OpsetVersions.NewestIrVersion)
        {
            findings.Add(
                new Diagnostic(
                    DiagnosticIds.IrVersion,
                    Severity.Error,
                    $"Found IR version {model.IrVersion}. Expected 1 to {OpsetVersions.NewestIrVersion}. Export the model for an "
                        + "older ONNX, or correct ir_version."
                )
            );
        }

        HashSet<(string, string)> functions = [.. model.Functions.Select(function => (function.Domain, function.Name))];
        VerifyInterface(model.Graph, findings);
        new GraphVerifier(model.OpsetImports, null, functions, findings).Verify(model.Graph, []);
        FunctionVerifier.Verify(model, functions, findings);
        VerifyNodeNames(model, findings);
        return [.. findings];
    }

    /// <summary>
    /// Checks the operators' rules for inputs and attributes, and compares declared types with inferred ones. The model is not changed, and
    /// large weights are not read.
    /// </summary>
    /// <returns>The contradictions, with ids of shape inference (VNO07xx), in the order of the nodes; empty if there are none.</returns>
    public static ImmutableArray<Diagnostic> VerifyTypes(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new InferenceEngine(model).Check();
    }

    /// <summary>Checks a model and refuses it when it is not valid.</summary>
    /// <exception cref="OnnxException">The first error, under its id; the message names how many more there are.</exception>
    public static void Require(Model model)
    {
        var errors = Verify(model).Where(finding => finding.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            string more =
                errors.Count > 1
                    ? $" ({errors.Count - 1} more: {string.Join(", ", errors.Skip(1).Select(error => error.Id).Distinct())})"
                    : "";
            throw new OnnxException(errors[0].Id, errors[0].Message + more);
        }
    }

    private static void VerifyNodeNames(Model model, List<Diagnostic> findings)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Node node in model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes))
        {
            if (node.Name.Length > 0 && !names.Add(node.Name))
            {
                findings.Add(
                    new Diagnostic(
                        DiagnosticIds.NodeNameNotUnique,
                        Severity.Warning,
                        $"Found the node name '{node.Name}' again, at {node.Describe()}. Expected each name once: ONNX Runtime "
                            + "refuses such models. Run type fixing, or rename one.",
                        node.Name
                    )
                );
            }
        }
    }

    private static void VerifyInterface(Graph graph, List<Diagnostic> findings)
    {
        foreach (Value value in graph.Inputs.Concat(graph.Outputs))
        {
            if (value.Type is null or TensorType { ElementType: ElementType.Undefined })
            {
                findings.Add(
                    new Diagnostic(
                        DiagnosticIds.TypeMissing,
                        Severity.Error,
                        $"Found no element type for the {(value.IsGraphInput ? "input" : "output")} '{value.Name}' of the model. "
                            + "Expected one. Run type fixing, or declare it."
                    )
                );
            }
        }
    }
}
