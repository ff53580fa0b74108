using System.Collections.Immutable;
using VampNet.Onnx.Rewriting;
using VampNet.Onnx.TypeFixing;

namespace VampNet.Onnx.Quantization;

/// <summary>
/// Makes initializers of floating-point constants that other exporters put into Constant nodes or pass through Identity, so that
/// quantizers meet every constant in one form. An initializer that is an input too, as files before IR version 4 have them, is no longer an
/// input. No number changes.
/// </summary>
internal static class ConstantLifting
{
    /// <summary>Lifts the constants of a model, its subgraphs included, in place.</summary>
    public static void Lift(Model model)
    {
        InitializerInputRepair.Run(model, []);
        foreach (Graph graph in model.Graph.SelfAndSubgraphs().ToImmutableArray())
        {
            HashSet<Node> lifted = [.. graph.Nodes.ToImmutableArray().Where(Lift)];
            graph.RemoveNodes(lifted);
        }
    }

    // A constant that is itself an output of its graph stays, because a node must produce a graph's output.
    private static bool Lift(Node node)
    {
        if (node.Outputs is not [{ IsGraphOutput: false } output])
        {
            return false;
        }

        Value? source =
            node.Is("Identity") ? node.Input(0)
            : node.Is("Constant") ? output
            : null;
        if (RewriteContext.ConstantOf(source) is not { } data || !IsFloatingPoint(data))
        {
            return false;
        }

        Graph.ReplaceUses(
            output,
            source == output ? node.Graph.AddInitializer(node.Graph.FreshName($"{output.Name}.value"), data) : source!
        );
        return true;
    }

    /// <summary>Whether a tensor holds numbers that a quantizer reports.</summary>
    public static bool IsFloatingPoint(TensorData data) =>
        data.ElementType is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;
}
