using System.Collections.Immutable;
using VampNet.Onnx.Quantization;

namespace VampNet.Quantization.Calibration;

/// <summary>The warning about nodes that never ran while ranges were measured, as in a branch that no calibration input takes.</summary>
public static class UnseenNodes
{
    /// <summary>What to do about them.</summary>
    public const string Advice = "Give --calibration with inputs, or --input with values, for which they run";

    private const int Shown = 3;

    /// <summary>Describes the nodes: how many, the first by name, what became of them, and where they are; null if there are none.</summary>
    public static string? Describe(QuantizationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ImmutableArray<KeptNode> nodes = report.Unseen;
        if (nodes.IsEmpty)
        {
            return null;
        }

        string count =
            nodes.Length == 1
                ? "a node never ran while ranges were measured"
                : $"{nodes.Length} nodes never ran while ranges were measured";
        string more = nodes.Length > Shown ? $"; and {nodes.Length - Shown} more" : "";
        return $"{count}: {string.Join("; ", nodes.Take(Shown).Select(node => $"{node.OpType} '{node.Node}' is {node.Reason}"))}{more}";
    }
}
