using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Turns graphs' messages into graphs. Names are resolved as in a run of the graph: to the latest producer before the reader, then to
/// enclosing graphs, and last to a later producer, which a verifier reports. The messages are consumed; fields that the representation does
/// not model stay in them and are kept.
/// </summary>
internal sealed class GraphReader(TensorReader tensors)
{
    /// <summary>Reads a model's main graph.</summary>
    /// <exception cref="OnnxException">Malformed tensors, types or attributes.</exception>
    public Graph ReadMain(GraphProto proto, List<InitializerEnvelope> initializers) =>
        Read(proto, initializers.Select(envelope => (envelope.Proto.Name, Data: tensors.Read(envelope))), null);

    /// <summary>Reads a function.</summary>
    /// <exception cref="OnnxException">Malformed tensors, types or attributes.</exception>
    public Function ReadFunction(FunctionProto proto)
    {
        GraphProto body = new() { Name = proto.Name };
        body.Node.AddRange(proto.Node);
        body.ValueInfo.AddRange(proto.ValueInfo);
        body.Input.AddRange(proto.Input.Select(name => new ValueInfoProto { Name = name }));
        body.Output.AddRange(proto.Output.Select(name => new ValueInfoProto { Name = name }));
        Function function = new(OpsetDomain.Normalize(proto.Domain), proto.Name, proto.Overload, Read(body, [], null))
        {
            RequiredParameters = [.. proto.Attribute],
            DefaultParameters =
            [
                .. proto.AttributeProto.Select(attribute =>
                    AttributeCodec.Read(attribute, tensors, graph => ReadSubgraph(graph, null), $"the function '{proto.Name}'")
                ),
            ],
            Carrier = proto,
        };
        OpsetDomain.ReadImports(proto.OpsetImport, function.OpsetImports, $"the function '{proto.Name}'");
        proto.Node.Clear();
        proto.Input.Clear();
        proto.Output.Clear();
        proto.ValueInfo.Clear();
        proto.AttributeProto.Clear();
        return function;
    }

    private Graph ReadSubgraph(GraphProto proto, NameScope? outer) =>
        Read(proto, proto.Initializer.Select(tensor => (tensor.Name, Data: tensors.Read(tensor))), outer);

    private Graph Read(GraphProto proto, IEnumerable<(string Name, TensorData Data)> initializers, NameScope? outer)
    {
        Graph graph = new(proto.Name) { DocString = proto.HasDocString ? proto.DocString : null };
        NameScope scope = new(graph, outer);
        foreach (ValueInfoProto input in proto.Input)
        {
            Value value = scope.Define(input.Name);
            graph.AddInput(value);
            Describe(value, input);
        }

        foreach ((string name, TensorData data) in initializers)
        {
            Value value = scope.DefineInitializer(name);
            value.Constant = data;
            value.Type ??= new TensorType(data.ElementType, TensorShape.Of(data.Shape.AsSpan()));
            graph.AddInitializer(value);
        }

        foreach (SparseTensorProto sparse in proto.SparseInitializer)
        {
            Value value = scope.DefineInitializer(sparse.Values?.Name ?? "");
            value.SparseConstant = tensors.Read(sparse);
            value.Type ??= new TensorType(value.SparseConstant.Values.ElementType, TensorShape.Of(value.SparseConstant.Shape.AsSpan()));
            graph.AddInitializer(value);
        }

        ReadNodes(graph, proto, scope);
        ReadValueInfos(graph, proto, scope);
        ReadOutputs(graph, proto, scope);
        proto.Node.Clear();
        proto.Input.Clear();
        proto.Output.Clear();
        proto.ValueInfo.Clear();
        proto.Initializer.Clear();
        proto.SparseInitializer.Clear();
        graph.Carrier = proto;
        return graph;
    }

    private void ReadNodes(Graph graph, GraphProto proto, NameScope scope)
    {
        var outputs = proto.Node.Select(node => node.Output.Select(scope.Announce).ToArray()).ToList();
        for (int i = 0; i < outputs.Count; i++)
        {
            NodeProto source = proto.Node[i];
            Value?[] inputs = [.. source.Input.Select(scope.Resolve)];
            Node node = new(graph, source.OpType, OpsetDomain.Normalize(source.Domain), source.Name, inputs, outputs[i])
            {
                Overload = source.HasOverload ? source.Overload : null,
                DocString = source.HasDocString ? source.DocString : null,
                Carrier = source,
            };
            foreach (AttributeProto attribute in source.Attribute)
            {
                if (node.Attributes.Contains(attribute.Name))
                {
                    throw new OnnxException(
                        DiagnosticIds.DuplicateEntry,
                        found: $"the attribute '{attribute.Name}' twice at {node.Describe()}",
                        expected: "each name once",
                        advice: "Remove one"
                    );
                }

                node.Attributes.Set(AttributeCodec.Read(attribute, tensors, subgraph => ReadSubgraph(subgraph, scope), node.Describe()));
            }

            graph.AddNode(node);
            source.Input.Clear();
            source.Output.Clear();
            source.Attribute.Clear();
            foreach (Value output in outputs[i])
            {
                scope.Arrive(output);
            }
        }
    }

    private static void ReadValueInfos(Graph graph, GraphProto proto, NameScope scope)
    {
        for (int i = 0; i < proto.ValueInfo.Count; i++)
        {
            if (scope.FindLocal(proto.ValueInfo[i].Name) is { Carrier: null } value)
            {
                Describe(value, proto.ValueInfo[i]);
                value.InfoOrder = i;
            }
            else
            {
                graph.StrayInfos.Add((i, proto.ValueInfo[i]));
            }
        }
    }

    private static void ReadOutputs(Graph graph, GraphProto proto, NameScope scope)
    {
        foreach (ValueInfoProto output in proto.Output)
        {
            Value value = scope.Resolve(output.Name) ?? new Value("", null);
            if (output.Type is not null && !value.IsGraphInput && value.OutputCount == 0)
            {
                value.Type = TypeCodec.Read(output.Type, $"the output '{output.Name}'") ?? value.Type;
                value.CarrierType = value.Type;
            }

            graph.AddOutput(new GraphOutput(value, output, value.Type));
        }
    }

    private static void Describe(Value value, ValueInfoProto info)
    {
        value.Type = TypeCodec.Read(info.Type, $"the value '{info.Name}'") ?? value.Type;
        value.DocString = info.HasDocString ? info.DocString : null;
        value.Carrier = info;
        value.CarrierType = value.Type;
    }
}
