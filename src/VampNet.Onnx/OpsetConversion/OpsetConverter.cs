using VampNet.Onnx.Rewriting;
using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.OpsetConversion;

/// <summary>
/// Rewrites a model from one version of ai.onnx to another, so that it computes the same. Upward from opset 1 to 23 (ONNX itself
/// defines models from opset 7 on; older operators are taken as far as they have a counterpart); downward to opset 11 at the lowest,
/// and only where each node has an exact counterpart. Functions keep the opset that they import themselves.
/// </summary>
public static class OpsetConverter
{
    /// <summary>The oldest opset to convert to upward.</summary>
    public const int OldestOpset = 7;

    /// <summary>The oldest opset to convert to downward: older operators do not take negative axes and indices.</summary>
    public const int OldestOpsetDownward = 11;

    /// <summary>The newest opset of which this library knows all operators.</summary>
    public const int NewestOpset = 23;

    /// <summary>Converts a model older than <see cref="OldestOpset"/>, which ONNX Runtime does not run, to that version in place.</summary>
    /// <param name="model">A valid model.</param>
    /// <returns>The changes; null when the model is not older.</returns>
    /// <exception cref="OnnxException">A node has no exact counterpart.</exception>
    internal static OpsetConversionReport? RaiseToOldest(Model model) =>
        model.Opset is > 0 and < OldestOpset ? Convert(model, OldestOpset) : null;

    /// <summary>Converts a model in place. Where it throws, the model is left half converted: read it again.</summary>
    /// <param name="model">A valid model.</param>
    /// <param name="opset">The version of ai.onnx to convert to, 7 to 23.</param>
    /// <returns>The changes; null when the model has that version already, or uses no operator of ai.onnx.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opset"/> is not 7 to 23.</exception>
    /// <exception cref="OnnxException">The model's own opset is unknown, or a downward conversion goes too far (<see
    /// cref="DiagnosticIds.OpsetOutOfRange"/>), or a node has no exact counterpart (<see cref="DiagnosticIds.OpsetNotConvertible"/>).
    /// </exception>
    public static OpsetConversionReport? Convert(Model model, int opset)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, OldestOpset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opset, NewestOpset);
        int from = model.Opset;
        if (from == opset || from == 0)
        {
            return null;
        }

        RequireConvertible(from, opset);
        ShapeInferencePass.Run(model);
        HashSet<(string, string)> local = [.. model.Functions.Select(function => (function.Domain, function.Name))];
        List<OpsetChange> changes = [];
        SharedConstants constants = new(model.Graph);
        NumericalEffect effect = NumericalEffect.Exact;
        bool isUpward = from < opset;
        for (int version = isUpward ? from + 1 : from; version != (isUpward ? opset + 1 : opset); version += isUpward ? 1 : -1)
        {
            foreach (Node node in model.Graph.SelfAndSubgraphs().ToList().SelectMany(graph => graph.Nodes.ToList()))
            {
                if (node.Domain.Length == 0 && !node.IsRemoved && !local.Contains(("", node.OpType)))
                {
                    NodeConversion conversion = new(node, version, from, opset, constants);
                    conversion.Run();
                    changes.AddRange(conversion.Changes);
                    effect = (NumericalEffect)Math.Max((int)effect, (int)conversion.Effect);
                }
            }
        }

        model.OpsetImports[""] = opset;
        model.IrVersion = isUpward ? Math.Max(model.IrVersion, OpsetVersions.IrVersionFor(opset)) : LowestIrVersion(model, opset);
        ShapeInferencePass.Run(model);
        return new OpsetConversionReport(from, opset, effect, [.. changes]);
    }

    private static void RequireConvertible(int from, int opset)
    {
        if (from > NewestOpset)
        {
            throw new OnnxException(
                DiagnosticIds.OpsetOutOfRange,
                found: $"opset {from}",
                expected: $"1 to {NewestOpset}, whose operators are known",
                advice: "Leave the opset as it is, or export the model for an older one"
            );
        }

        if (opset < from && opset < OldestOpsetDownward)
        {
            throw new OnnxException(
                DiagnosticIds.OpsetOutOfRange,
                found: $"opset {from}, to be lowered to {opset}",
                expected: $"{OldestOpsetDownward} or newer: older operators do not take negative axes and indices",
                advice: $"Choose opset {OldestOpsetDownward}, or export the model again"
            );
        }
    }

    // Functions came with IR version 8.
    private static int LowestIrVersion(Model model, int opset) =>
        Math.Min(model.IrVersion, Math.Max(OpsetVersions.IrVersionFor(opset), model.Functions.Count > 0 ? 8 : 0));
}
