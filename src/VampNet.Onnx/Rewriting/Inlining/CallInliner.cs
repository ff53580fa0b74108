using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Inlining;

/// <summary>
/// Puts a function's body in the place of one call: parameters become the call's attributes, or their defaults, or nothing; inputs that the
/// call leaves out are left out within; subgraphs are copied. Names are made new; results keep the names that the call gave them.
/// </summary>
internal sealed class CallInliner
{
    private readonly Node _call;
    private readonly Dictionary<string, Attribute> _parameters;
    private readonly Dictionary<Value, Value?> _values = [];

    private CallInliner(Node call, Function function)
    {
        _call = call;
        _parameters = function.DefaultParameters.ToDictionary(attribute => attribute.Name);
        foreach (Attribute given in call.Attributes)
        {
            _parameters[given.Name] = given;
        }
    }

    /// <summary>Replaces the call.</summary>
    /// <returns>The nodes that stand in its place.</returns>
    public static IReadOnlyList<Node> Inline(Node call, Function function)
    {
        CallInliner inliner = new(call, function);
        List<Node> nodes = inliner.CopyBody(function.Body);
        for (int i = 0; i < call.Outputs.Count; i++)
        {
            Value? result = i < function.Body.Outputs.Count ? inliner.Find(function.Body.Outputs[i]) : null;
            inliner.Connect(call.Outputs[i], result, nodes);
        }

        call.Graph.RemoveNodes(new HashSet<Node> { call });
        return nodes;
    }

    private List<Node> CopyBody(Graph body)
    {
        for (int i = 0; i < body.Inputs.Count; i++)
        {
            _values[body.Inputs[i]] = _call.Input(i);
        }

        List<Node> copies = [];
        foreach (Node node in body.Nodes)
        {
            copies.Add(Copy(node, _call.Graph, _call));
        }

        return copies;
    }

    private Node Copy(Node node, Graph graph, Node? before)
    {
        Value?[] inputs = [.. node.Inputs.Select(Find)];
        string[] names = [.. node.Outputs.Select(output => Fresh(output.Name))];
        Node copy = graph.InsertNode(before, node.OpType, inputs, names, [], node.Domain, Fresh(node.Name), node.Carrier);
        copy.Overload = node.Overload;
        copy.DocString = node.DocString;
        foreach (Attribute attribute in node.Attributes)
        {
            if (Bind(attribute) is { } bound)
            {
                copy.Attributes.Set(CopySubgraphs(bound));
            }
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            _values[node.Outputs[i]] = copy.Outputs[i];
        }

        return copy;
    }

    /// <summary>Maps a value of the body to one of the caller; null for an omitted input. Values of enclosing graphs map to
    /// themselves.</summary>
    private Value? Find(Value? value) => value is not null && _values.TryGetValue(value, out Value? known) ? known : value;

    /// <summary>The attribute with a parameter replaced by the call's value or the default; null if there is neither.</summary>
    private Attribute? Bind(Attribute attribute) =>
        attribute.Reference is not { } parameter ? attribute
        : !_parameters.TryGetValue(parameter, out Attribute? given) ? null
        : given.Name == attribute.Name ? given
        : new Attribute(attribute.Name, given.Kind, given.Contents, given.Reference);

    private Attribute CopySubgraphs(Attribute attribute) =>
        attribute.Subgraphs.IsEmpty ? attribute
        : attribute.Kind == AttributeKind.Graph ? Attribute.Of(attribute.Name, Copy(attribute.Graph))
        : new Attribute(attribute.Name, attribute.Kind, ImmutableArray.CreateRange(attribute.Graphs, Copy));

    private Graph Copy(Graph graph)
    {
        Graph copy = new(graph.Name) { DocString = graph.DocString, Carrier = graph.Carrier };
        foreach (Value input in graph.Inputs)
        {
            _values[input] = copy.AddInput(Fresh(input.Name), input.Type);
        }

        foreach (Value initializer in graph.Initializers)
        {
            _values[initializer] = copy.AddCopy(initializer, Fresh(initializer.Name), _values.GetValueOrDefault(initializer));
        }

        foreach (Node node in graph.Nodes)
        {
            Copy(node, copy, null);
        }

        foreach (Value output in graph.Outputs)
        {
            copy.AddOutput(Find(output)!);
        }

        return copy;
    }

    /// <summary>Replaces a result of the call by the value that the body returns, under the same name.</summary>
    private void Connect(Value result, Value? returned, List<Node> nodes)
    {
        if (result.Name.Length == 0 || returned is null)
        {
            return;
        }

        if (returned.Producer is not { } producer || !nodes.Contains(producer) || returned.IsGraphOutput)
        {
            // An input handed through, or a result returned twice, cannot take the name of an output.
            if (!result.IsGraphOutput)
            {
                Graph.ReplaceUses(result, returned);
                return;
            }

            Node identity = _call.Graph.InsertNode(_call, "Identity", [returned], [Fresh(result.Name)]);
            nodes.Add(identity);
            returned = identity.Outputs[0];
        }

        string name = result.Name;
        Graph.ReplaceUses(result, returned);
        result.Name = "";
        returned.Name = name;
        returned.Type ??= result.Type;
    }

    private string Fresh(string name) =>
        name.Length == 0 ? "" : _call.Graph.FreshName(_call.Name.Length > 0 ? $"{_call.Name}/{name}" : name);
}
