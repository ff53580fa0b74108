using System.Collections.Immutable;

namespace VampNet.Onnx;

/// <summary>
/// Copies of models that share the contents of tensors with the original: for analyses that need to change a graph. A copy is
/// valid as long as the original is, and must not be written.
/// </summary>
internal static class ModelCopy
{
    /// <summary>Copies the main graph with its subgraphs; functions are shared.</summary>
    public static Model Of(Model model)
    {
        Model copy = new(Of(model.Graph, []), model.IrVersion);
        foreach ((string domain, int version) in model.OpsetImports)
        {
            copy.OpsetImports.Add(domain, version);
        }

        copy.Functions.AddRange(model.Functions);
        return copy;
    }

    private static Graph Of(Graph graph, Dictionary<Value, Value> values)
    {
        Graph copy = new(graph.Name);
        foreach (Value input in graph.Inputs)
        {
            values[input] = copy.AddInput(input.Name, input.Type);
        }

        foreach (Value initializer in graph.Initializers)
        {
            values[initializer] = copy.AddCopy(initializer, initializer.Name, values.GetValueOrDefault(initializer));
        }

        foreach (Node node in graph.Nodes)
        {
            Copy(node, copy, values);
        }

        foreach (Value output in graph.Outputs)
        {
            copy.AddOutput(Find(output, values));
        }

        return copy;
    }

    private static void Copy(Node node, Graph graph, Dictionary<Value, Value> values)
    {
        Value?[] inputs = [.. node.Inputs.Select(input => input is null ? null : Find(input, values))];
        string[] names = [.. node.Outputs.Select(output => output.Name)];
        Node copy = graph.AddNode(node.OpType, inputs, names, [], node.Domain, node.Name);
        copy.Overload = node.Overload;
        foreach (Attribute attribute in node.Attributes)
        {
            copy.Attributes.Set(Copy(attribute, values));
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            copy.Outputs[i].Type = node.Outputs[i].Type;
            values[node.Outputs[i]] = copy.Outputs[i];
        }
    }

    private static Attribute Copy(Attribute attribute, Dictionary<Value, Value> values) =>
        attribute.Subgraphs.IsEmpty ? attribute
        : attribute.Kind == AttributeKind.Graph ? Attribute.Of(attribute.Name, Of(attribute.Graph, values))
        : new Attribute(attribute.Name, attribute.Kind, ImmutableArray.CreateRange(attribute.Graphs, graph => Of(graph, values)));

    // An undefined value stays undefined in the copy; the verifier reports it.
    private static Value Find(Value value, Dictionary<Value, Value> values)
    {
        if (!values.TryGetValue(value, out Value? copy))
        {
            values[value] = copy = new Value(value.Name, owner: null) { Type = value.Type };
        }

        return copy;
    }
}
