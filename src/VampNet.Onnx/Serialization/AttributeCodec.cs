using System.Collections.Immutable;
using Google.Protobuf;
using VampNet.Onnx.Proto;
using Kind = VampNet.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace VampNet.Onnx.Serialization;

/// <summary>Attributes between their messages and the representation; subgraphs and tensors by the functions given.</summary>
internal static class AttributeCodec
{
    /// <summary>Reads an attribute, and empties the message of tensors and graphs.</summary>
    /// <exception cref="OnnxException">Type and contents disagree (<see cref="DiagnosticIds.AttributeMalformed"/>).</exception>
    public static Attribute Read(AttributeProto proto, TensorReader tensors, Func<GraphProto, Graph> readGraph, string where)
    {
        if (proto.RefAttrName.Length > 0)
        {
            return new Attribute(proto.Name, (AttributeKind)proto.Type, null, proto.RefAttrName, proto);
        }

        string at = $"the attribute '{proto.Name}' of {where}";
        object contents = Settle(proto) switch
        {
            Kind.Float => proto.F,
            Kind.Int => proto.I,
            Kind.String => proto.S,
            Kind.Floats => proto.Floats.ToImmutableArray(),
            Kind.Ints => proto.Ints.ToImmutableArray(),
            Kind.Strings => proto.Strings.ToImmutableArray(),
            Kind.TypeProto => new Attribute.TypeSlot(TypeCodec.Read(proto.Tp, at)),
            Kind.TypeProtos => proto.TypeProtos.Select(type => TypeCodec.Read(type, at)).ToImmutableArray(),
            Kind.Tensor when proto.T is not null => tensors.Read(proto.T),
            Kind.Tensors => proto.Tensors.Select(tensors.Read).ToImmutableArray(),
            Kind.SparseTensor when proto.SparseTensor is not null => tensors.Read(proto.SparseTensor),
            Kind.SparseTensors => proto.SparseTensors.Select(tensors.Read).ToImmutableArray(),
            Kind.Graph when proto.G is not null => readGraph(proto.G),
            Kind.Graphs => proto.Graphs.Select(readGraph).ToImmutableArray(),
            Kind other => throw new OnnxException(
                DiagnosticIds.AttributeMalformed,
                found: $"the type {other} without contents of that type in {at}",
                expected: "a type and its contents",
                advice: "Correct the attribute, or export the model again"
            ),
        };
        AttributeKind kind = (AttributeKind)Settle(proto);
        proto.T = null;
        proto.SparseTensor = null;
        proto.G = null;
        proto.Tensors.Clear();
        proto.SparseTensors.Clear();
        proto.Graphs.Clear();
        return new Attribute(proto.Name, kind, contents, null, proto);
    }

    /// <summary>Writes an attribute.</summary>
    public static AttributeProto Write(Attribute attribute, Func<Graph, GraphProto> writeGraph)
    {
        AttributeProto proto = attribute.Carrier?.Clone() ?? new AttributeProto { Name = attribute.Name, Type = (Kind)attribute.Kind };
        bool isNew = attribute.Carrier is null;
        if (isNew && attribute.Reference is { } parameter)
        {
            proto.RefAttrName = parameter;
        }

        switch (attribute.Contents)
        {
            case TensorData tensor:
                proto.T = TensorWriter.Whole(tensor, null);
                break;
            case ImmutableArray<TensorData> many:
                proto.Tensors.AddRange(many.Select(tensor => TensorWriter.Whole(tensor, null)));
                break;
            case SparseTensorData sparse:
                proto.SparseTensor = TensorWriter.Whole(sparse, null);
                break;
            case ImmutableArray<SparseTensorData> many:
                proto.SparseTensors.AddRange(many.Select(sparse => TensorWriter.Whole(sparse, null)));
                break;
            case Graph graph:
                proto.G = writeGraph(graph);
                break;
            case ImmutableArray<Graph> many:
                proto.Graphs.AddRange(many.Select(writeGraph));
                break;
            case float number when isNew:
                proto.F = number;
                break;
            case long number when isNew:
                proto.I = number;
                break;
            case ByteString text when isNew:
                proto.S = text;
                break;
            case Attribute.TypeSlot slot when isNew:
                proto.Tp = TypeCodec.Write(slot.Type);
                break;
            case ImmutableArray<float> numbers when isNew:
                proto.Floats.AddRange(numbers);
                break;
            case ImmutableArray<long> numbers when isNew:
                proto.Ints.AddRange(numbers);
                break;
            case ImmutableArray<ByteString> texts when isNew:
                proto.Strings.AddRange(texts);
                break;
            case ImmutableArray<ValueType?> types when isNew:
                proto.TypeProtos.AddRange(types.Select(TypeCodec.Write));
                break;
            default:
                break;
        }

        return proto;
    }

    /// <summary>The stated type; in files of IR version 1, which state none, the one field that is filled.</summary>
    private static Kind Settle(AttributeProto proto) =>
        proto.Type switch
        {
            not Kind.Undefined => proto.Type,
            _ when proto.HasF => Kind.Float,
            _ when proto.HasI => Kind.Int,
            _ when proto.HasS => Kind.String,
            _ when proto.T is not null => Kind.Tensor,
            _ when proto.G is not null => Kind.Graph,
            _ when proto.Floats.Count > 0 => Kind.Floats,
            _ when proto.Ints.Count > 0 => Kind.Ints,
            _ when proto.Strings.Count > 0 => Kind.Strings,
            _ => Kind.Undefined,
        };
}
