using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>Types between their messages and the representation.</summary>
internal static class TypeCodec
{
    /// <summary>Reads a type; null when the message states none.</summary>
    /// <exception cref="OnnxException">An element type that is none (<see cref="DiagnosticIds.TypeMalformed"/>).</exception>
    public static ValueType? Read(TypeProto? proto, string where) =>
        proto?.ValueCase switch
        {
            TypeProto.ValueOneofCase.TensorType => new TensorType(Element(proto.TensorType.ElemType, where), Shape(proto.TensorType.Shape)),
            TypeProto.ValueOneofCase.SparseTensorType => new SparseTensorType(
                Element(proto.SparseTensorType.ElemType, where),
                Shape(proto.SparseTensorType.Shape)
            ),
            TypeProto.ValueOneofCase.SequenceType => new SequenceType(Read(proto.SequenceType.ElemType, where)),
            TypeProto.ValueOneofCase.OptionalType => new OptionalType(Read(proto.OptionalType.ElemType, where)),
            TypeProto.ValueOneofCase.MapType => new MapType(Element(proto.MapType.KeyType, where), Read(proto.MapType.ValueType, where)),
            TypeProto.ValueOneofCase.OpaqueType => new OpaqueType(proto.OpaqueType.Domain, proto.OpaqueType.Name),
            _ => null,
        };

    /// <summary>Writes a type; null gives an empty message.</summary>
    public static TypeProto Write(ValueType? type) =>
        type switch
        {
            TensorType tensor => new TypeProto { TensorType = Tensor(tensor) },
            SparseTensorType sparse => new TypeProto { SparseTensorType = Sparse(sparse) },
            SequenceType sequence => new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = Write(sequence.Item) } },
            OptionalType optional => new TypeProto { OptionalType = new TypeProto.Types.Optional { ElemType = Write(optional.Item) } },
            MapType map => new TypeProto
            {
                MapType = new TypeProto.Types.Map { KeyType = (int)map.Key, ValueType = Write(map.Item) },
            },
            OpaqueType opaque => new TypeProto
            {
                OpaqueType = new TypeProto.Types.Opaque { Domain = opaque.Domain, Name = opaque.Name },
            },
            _ => new TypeProto(),
        };

    private static ElementType Element(int number, string where)
    {
        var type = (ElementType)number;
        return type.IsKnown || type == ElementType.Undefined
            ? type
            : throw new OnnxException(
                DiagnosticIds.TypeMalformed,
                found: $"element type {number} in the type of {where}",
                expected: "one of 0 to 26 (TensorProto.DataType)",
                advice: "The file may be damaged, or newer than IR version 13"
            );
    }

    private static TensorShape? Shape(TensorShapeProto? proto) => proto is null ? null : new TensorShape(proto.Dim.Select(Dimension));

    private static Dim Dimension(TensorShapeProto.Types.Dimension dim) =>
        dim.ValueCase switch
        {
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue => Dim.Of(dim.DimValue),
            TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam => Dim.ParseParameter(dim.DimParam),
            _ => Dim.Unknown(),
        };

    private static TypeProto.Types.Tensor Tensor(TensorType type)
    {
        TypeProto.Types.Tensor proto = new() { ElemType = (int)type.ElementType };
        if (type.Shape is { } shape)
        {
            proto.Shape = Shape(shape);
        }

        return proto;
    }

    private static TypeProto.Types.SparseTensor Sparse(SparseTensorType type)
    {
        TypeProto.Types.SparseTensor proto = new() { ElemType = (int)type.ElementType };
        if (type.Shape is { } shape)
        {
            proto.Shape = Shape(shape);
        }

        return proto;
    }

    private static TensorShapeProto Shape(TensorShape shape)
    {
        TensorShapeProto proto = new();
        foreach (Dim dim in shape)
        {
            proto.Dim.Add(
                dim.TryGetConstant(out long length) ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : dim.HasUnknown || dim.HasElement ? new TensorShapeProto.Types.Dimension()
                : new TensorShapeProto.Types.Dimension { DimParam = dim.Name ?? dim.ToString() }
            );
        }

        return proto;
    }
}
