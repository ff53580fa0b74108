using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inspection;

/// <summary>The contents of an ONNX file as plain data.</summary>
/// <param name="IrVersion">Version of the ONNX file format.</param>
/// <param name="Producer">The tool that wrote it, with its version; empty when it does not say.</param>
/// <param name="Opsets">Operator-set versions by domain; the standard domain is <c>ai.onnx</c>.</param>
/// <param name="Inputs">Inputs of the graph, in order, without those that are initializers.</param>
/// <param name="Outputs">Outputs of the graph, in order.</param>
/// <param name="Nodes">Number of nodes, those of subgraphs and functions included.</param>
/// <param name="Operators">Number of nodes of each operator, the most frequent first.</param>
/// <param name="Parameters">Number of elements in all initializers.</param>
/// <param name="Initializers">The initializers, in the order of the file.</param>
/// <param name="Metadata">The metadata_props of the file, by key.</param>
public sealed record GraphInspection(
    int IrVersion,
    string Producer,
    ImmutableSortedDictionary<string, int> Opsets,
    ImmutableArray<ValueInspection> Inputs,
    ImmutableArray<ValueInspection> Outputs,
    long Nodes,
    ImmutableArray<OperatorCount> Operators,
    long Parameters,
    ImmutableArray<InitializerInspection> Initializers,
    ImmutableSortedDictionary<string, string> Metadata
)
{
    /// <summary>Total size of the initializers' contents in bytes.</summary>
    public long InitializerBytes => Initializers.Sum(each => each.Bytes);

    /// <summary>Inspects a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hashTensors">Whether to read every weight for <see cref="InitializerInspection.Sha256"/>; else they are only
    /// counted.</param>
    public static GraphInspection Of(Model model, bool hashTensors = false)
    {
        Graph[] graphs = [.. model.AllGraphs()];
        ImmutableArray<InitializerInspection> initializers =
        [
            .. graphs
                .SelectMany(graph => graph.Initializers)
                .Where(value => value.Constant is not null)
                .Select(value => InitializerInspection.Of(value, hashTensors)),
        ];
        return new GraphInspection(
            model.IrVersion,
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            model.OpsetImports.ToImmutableSortedDictionary(
                each => each.Key.Length == 0 ? "ai.onnx" : each.Key,
                each => each.Value,
                StringComparer.Ordinal
            ),
            [.. model.Graph.Inputs.Where(value => value.Constant is null).Select(ValueInspection.Of)],
            [.. model.Graph.Outputs.Select(ValueInspection.Of)],
            graphs.Sum(graph => (long)graph.Nodes.Count),
            OperatorCount.Of(graphs),
            initializers.Sum(each => each.Elements),
            initializers,
            model.Metadata.ToImmutableSortedDictionary(StringComparer.Ordinal)
        );
    }
}

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type and shape as text, such as <c>float32[B,T,P,V]</c>; <c>?</c> when the file does not say.</param>
public sealed record ValueInspection(string Name, string Type)
{
    internal static ValueInspection Of(Value value) => new(value.Name, value.Type?.ToString() ?? "?");
}
