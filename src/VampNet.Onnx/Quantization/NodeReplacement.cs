namespace VampNet.Onnx.Quantization;

/// <summary>Puts new nodes in the place of one that has a single output; the node's output keeps its name.</summary>
internal sealed class NodeReplacement(Node node)
{
    /// <summary>The graph that the nodes go into.</summary>
    public Graph Graph { get; } = node.Graph;

    /// <summary>Inserts a node with one output before the old one.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="role">Suffix to the old output's name that names the new node and its output.</param>
    /// <param name="inputs">Inputs of the node.</param>
    /// <param name="type">The type of its output; null if not known.</param>
    /// <param name="attributes">Its constant parameters.</param>
    /// <param name="domain">The operator's domain.</param>
    public Value Insert(
        string opType,
        string role,
        ReadOnlySpan<Value?> inputs,
        ValueType? type,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = ""
    )
    {
        string name = Graph.FreshName($"{node.Outputs[0].Name}.{role}");
        Value output = Insert(opType, name, inputs, [name], attributes, domain)[0];
        output.Type = type;
        return output;
    }

    /// <summary>Inserts a node whose name, and whose outputs' names, are taken as given.</summary>
    public IReadOnlyList<Value> Insert(
        string opType,
        string name,
        ReadOnlySpan<Value?> inputs,
        ReadOnlySpan<string> outputNames,
        ReadOnlySpan<Attribute> attributes = default,
        string domain = ""
    ) => Graph.InsertNode(node, opType, inputs, outputNames, attributes, domain, name).Outputs;

    /// <summary>
    /// Removes the old node and the constants that nothing reads any longer; its output's name, type and readers go to the result.
    /// </summary>
    public void Finish(Value result)
    {
        Value old = node.Outputs[0];
        Value?[] inputs = [.. node.Inputs];
        Onnx.Graph.ReplaceUses(old, result);
        Graph.RemoveNodes(new HashSet<Node> { node });
        result.Name = old.Name;
        result.Type = old.Type;
        if (node.Name.Length > 0)
        {
            result.Producer!.Name = node.Name;
        }

        foreach (Value? input in inputs)
        {
            if (input is { Uses.Count: 0, IsGraphOutput: false, IsConstant: true })
            {
                input.Owner!.RemoveInitializer(input);
            }
        }
    }
}
