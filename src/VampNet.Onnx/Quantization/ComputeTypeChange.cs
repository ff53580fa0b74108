namespace VampNet.Onnx.Quantization;

/// <summary>
/// Changes the floating-point type that nodes compute in, those of subgraphs included. Where a converted node meets one that is not
/// converted, a Cast stands between them: one for each value, beside the node or input that gives it, so that subgraphs see it too and a
/// loop does not repeat it. Inputs and outputs of graphs and of subgraphs keep their type.
/// </summary>
/// <param name="from">The type that the nodes compute in.</param>
/// <param name="to">The type that they compute in afterwards.</param>
/// <param name="isConverted">Whether a node is converted.</param>
/// <param name="convertConstant">Makes the constant that a node reads in place of another; called once for each constant.</param>
internal sealed class ComputeTypeChange(
    ElementType from,
    ElementType to,
    Func<Node, bool> isConverted,
    Func<Node, Value, Value> convertConstant
)
{
    private readonly Dictionary<Value, Value> _converted = [];

    /// <summary>Converts the nodes of a model with inferred types.</summary>
    public void Convert(Model model)
    {
        foreach (Node node in model.Graph.SelfAndSubgraphs().SelectMany(graph => graph.Nodes).Where(isConverted).ToArray())
        {
            Convert(node);
        }
    }

    /// <summary>Inserts a Cast directly after a value is there: behind its node, or before the first node of the graph that it enters.</summary>
    public static Value InsertCast(Value value, ElementType type, string name)
    {
        Graph graph = value.Owner!;
        Node? next = value.Producer is { } producer ? graph.NextOf(producer) : graph.FirstNode;
        Value cast = graph.InsertNode(next, "Cast", [value], [name], [("to", (long)type)], name: name).Outputs[0];
        cast.Type = new TensorType(type, value.TensorType?.Shape);
        return cast;
    }

    private static string Suffix(ElementType type) => type == ElementType.Float ? "float32" : type.OnnxName;

    private void Convert(Node node)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (Has(from, node.Inputs[i]))
            {
                Value input = node.Inputs[i]!;
                node.SetInput(i, Converted(node, input));
                if (input is { IsConstant: true, Uses.Count: 0, IsGraphOutput: false })
                {
                    input.Owner!.RemoveInitializer(input);
                }
            }
        }

        foreach (Value output in node.Outputs.Where(output => output.Name.Length > 0 && Has(from, output)).ToArray())
        {
            ValueType? type = output.Type;
            output.Type = new TensorType(to, output.TensorType!.Shape);
            if (output.IsGraphOutput || output.Uses.Any(use => !isConverted(use.Node)))
            {
                Restore(output, type);
            }
        }
    }

    private static bool Has(ElementType type, Value? value) => value?.TensorType?.ElementType == type;

    // The value that a converted node reads instead of another.
    private Value Converted(Node reader, Value value)
    {
        if (!_converted.TryGetValue(value, out Value? known))
        {
            _converted[value] = known = value.IsConstant
                ? convertConstant(reader, value)
                : InsertCast(value, to, value.Owner!.FreshName($"{value.Name}.{Suffix(to)}"));
        }

        return known;
    }

    // Converts the output of a converted node back for other readers and for graph outputs.
    private void Restore(Value output, ValueType? type)
    {
        Graph graph = output.Owner!;
        Value restored = InsertCast(output, from, graph.FreshName($"{output.Name}.{Suffix(from)}"));
        Graph.ReplaceUses(output, restored);
        restored.Producer!.SetInput(0, output);
        restored.Type = type;
        _converted[restored] = output;
        if (restored.IsGraphOutput)
        {
            (output.Name, restored.Name) = (graph.FreshName($"{output.Name}.unrestored"), output.Name);
        }
    }
}
