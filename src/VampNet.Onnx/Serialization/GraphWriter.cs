using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>Turns graphs into their messages. Message fields that the representation does not model are written back unchanged.</summary>
internal static class GraphWriter
{
    /// <summary>Writes a graph without its dense initializers.</summary>
    public static GraphProto WriteWithoutInitializers(Graph graph)
    {
        GraphProto proto = graph.Carrier?.Clone() ?? new GraphProto();
        proto.Name = graph.Name;
        SetText(graph.DocString, text => proto.DocString = text, proto.ClearDocString);
        proto.Node.AddRange(graph.Nodes.Select(Write));
        proto.Input.AddRange(graph.Inputs.Select(WriteInfo));
        proto.Output.AddRange(graph.OutputEntries.Select(WriteOutput));
        proto.ValueInfo.AddRange(WriteValueInfos(graph));
        proto.SparseInitializer.AddRange(
            graph
                .Initializers.Where(value => value.SparseConstant is not null)
                .Select(value => TensorWriter.Whole(value.SparseConstant!, value.Name))
        );
        return proto;
    }

    /// <summary>Writes a graph whole.</summary>
    public static GraphProto Write(Graph graph)
    {
        GraphProto proto = WriteWithoutInitializers(graph);
        proto.Initializer.AddRange(
            graph.Initializers.Where(value => value.Constant is not null).Select(value => TensorWriter.Whole(value.Constant!, value.Name))
        );
        return proto;
    }

    /// <summary>Writes a function.</summary>
    public static FunctionProto Write(Function function)
    {
        FunctionProto proto = function.Carrier?.Clone() ?? New(function);
        OpsetDomain.WriteImports(function.OpsetImports, proto.OpsetImport);
        proto.Input.AddRange(function.Body.Inputs.Select(value => value.Name));
        proto.Output.AddRange(function.Body.Outputs.Select(value => value.Name));
        proto.Node.AddRange(function.Body.Nodes.Select(Write));
        proto.AttributeProto.AddRange(function.DefaultParameters.Select(attribute => AttributeCodec.Write(attribute, Write)));
        proto.ValueInfo.AddRange(WriteValueInfos(function.Body));
        return proto;
    }

    private static FunctionProto New(Function function)
    {
        FunctionProto proto = new()
        {
            Name = function.Name,
            Domain = function.Domain,
            Attribute = { function.RequiredParameters },
        };
        SetText(function.Overload.Length > 0 ? function.Overload : null, text => proto.Overload = text, proto.ClearOverload);
        return proto;
    }

    private static NodeProto Write(Node node)
    {
        NodeProto proto = node.Carrier?.Clone() ?? new NodeProto();
        proto.OpType = node.OpType;
        if (node.Carrier is null ? node.Domain.Length > 0 : OpsetDomain.Normalize(proto.Domain) != node.Domain)
        {
            proto.Domain = node.Domain;
        }

        if (proto.Name != node.Name)
        {
            proto.Name = node.Name;
        }

        SetText(node.Overload, text => proto.Overload = text, proto.ClearOverload);
        SetText(node.DocString, text => proto.DocString = text, proto.ClearDocString);
        proto.Input.AddRange(node.Inputs.Select(value => value?.Name ?? ""));
        proto.Output.AddRange(node.Outputs.Select(value => value.Name));
        proto.Attribute.AddRange(node.Attributes.Select(attribute => AttributeCodec.Write(attribute, Write)));
        return proto;
    }

    private static IEnumerable<ValueInfoProto> WriteValueInfos(Graph graph)
    {
        HashSet<Value> interfaceValues = [.. graph.Inputs, .. graph.Outputs];
        IEnumerable<(int Order, ValueInfoProto Info)> described = graph
            .Values()
            .Where(value => value.InfoOrder >= 0 || NeedsInfo(value, interfaceValues))
            .Select(value => (value.InfoOrder >= 0 ? value.InfoOrder : int.MaxValue, WriteInfo(value)));
        return described.Concat(graph.StrayInfos).OrderBy(entry => entry.Order).Select(entry => entry.Info);
    }

    private static bool NeedsInfo(Value value, HashSet<Value> interfaceValues) =>
        IsWhole(value.Type) && value.Producer is not null && value.Name.Length > 0 && !interfaceValues.Contains(value);

    // Behind an operator that inference does not know, a shape may be known and its elements not; readers take no such type.
    private static bool IsWhole(ValueType? type) =>
        type switch
        {
            TensorType tensor => tensor.ElementType != ElementType.Undefined,
            SparseTensorType sparse => sparse.ElementType != ElementType.Undefined,
            SequenceType sequence => IsWhole(sequence.Item),
            OptionalType optional => IsWhole(optional.Item),
            MapType map => IsWhole(map.Item),
            OpaqueType => true,
            _ => false,
        };

    private static ValueInfoProto WriteInfo(Value value)
    {
        ValueInfoProto proto = Write(value, value.Carrier, value.CarrierType);
        SetText(value.DocString, text => proto.DocString = text, proto.ClearDocString);
        return proto;
    }

    private static ValueInfoProto WriteOutput(GraphOutput output) => Write(output.Value, output.Carrier, output.CarrierType);

    private static ValueInfoProto Write(Value value, ValueInfoProto? carrier, ValueType? carrierType)
    {
        ValueInfoProto proto = carrier?.Clone() ?? new ValueInfoProto();
        proto.Name = value.Name;
        if (carrier is null || !ReferenceEquals(value.Type, carrierType))
        {
            proto.Type =
                value.Type is null ? null
                : carrier is null || IsWhole(value.Type) ? TypeCodec.Write(value.Type)
                : proto.Type;
        }

        return proto;
    }

    private static void SetText(string? text, Action<string> set, Action clear)
    {
        if (text is null)
        {
            clear();
        }
        else
        {
            set(text);
        }
    }
}
