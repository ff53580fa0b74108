using System.Collections.Immutable;
using Google.Protobuf;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx.Serialization;

/// <summary>Reads tensors' messages, checking that type, shape and contents agree.</summary>
internal sealed class TensorReader(ByteSource source, ExternalDataFolder external)
{
    /// <summary>Reads an initializer whose raw contents stay where they are.</summary>
    /// <exception cref="OnnxException">Any of the ids VNO0201 to VNO0214.</exception>
    public TensorData Read(InitializerEnvelope envelope)
    {
        if (envelope.RawStart < 0 || IsExternal(envelope.Proto))
        {
            return Read(envelope.Proto);
        }

        ImmutableArray<long> shape = [.. envelope.Proto.Dims];
        ElementType type = CheckHeader(envelope.Proto, shape, envelope.RawLength);
        envelope.Proto.RawData = ByteString.Empty;
        return source.View(type, shape, envelope.RawStart, envelope.Proto);
    }

    /// <summary>Reads a tensor that was parsed whole.</summary>
    /// <exception cref="OnnxException">Any of the ids VNO0201 to VNO0214.</exception>
    public TensorData Read(TensorProto proto)
    {
        ImmutableArray<long> shape = [.. proto.Dims];
        if (IsExternal(proto))
        {
            ElementType externalType = CheckHeader(proto, shape, null);
            (MappedFile file, long offset) = external.Locate(
                proto,
                externalType.ByteLength(TensorSize.CountElements(externalType, shape.AsSpan(), proto.Name))
            );
            proto.ExternalData.Clear();
            proto.ClearDataLocation();
            proto.RawData = ByteString.Empty;
            return new MappedTensorData(externalType, shape, file, offset) { Carrier = proto };
        }

        if (proto.HasRawData)
        {
            ReadOnlyMemory<byte> raw = proto.RawData.Memory;
            ElementType rawType = CheckHeader(proto, shape, raw.Length);
            proto.RawData = ByteString.Empty;
            return new MemoryTensorData(rawType, shape, raw) { Carrier = proto };
        }

        TypedFieldTensorData typed = new(CheckHeader(proto, shape, null), shape, proto) { Carrier = proto };
        return typed.FieldCount == typed.ExpectedFieldCount
            ? typed
            : throw WrongLength(proto, $"{typed.FieldCount} elements", $"{typed.ExpectedFieldCount}");
    }

    /// <summary>Reads a sparse tensor.</summary>
    /// <exception cref="OnnxException">Any of the ids VNO0201 to VNO0214.</exception>
    public SparseTensorData Read(SparseTensorProto proto)
    {
        TensorData values = Read(proto.Values ?? new TensorProto());
        TensorData indices = Read(proto.Indices ?? new TensorProto());
        ImmutableArray<long> shape = [.. proto.Dims];
        _ = TensorSize.CountElements(values.ElementType, shape.AsSpan(), $"the sparse tensor '{proto.Values?.Name}'");
        proto.Values = null;
        proto.Indices = null;
        return new SparseTensorData(values, indices, shape) { Carrier = proto };
    }

    private static bool IsExternal(TensorProto proto) => proto.DataLocation == TensorProto.Types.DataLocation.External;

    private static ElementType CheckHeader(TensorProto proto, ImmutableArray<long> shape, long? rawLength)
    {
        var type = (ElementType)proto.DataType;
        string where = $"the tensor '{proto.Name}'";
        long expected = type.ByteLength(TensorSize.CountElements(type, shape.AsSpan(), where));
        if (proto.Segment is not null)
        {
            throw new OnnxException(
                DiagnosticIds.TensorStorage,
                found: $"{where} stored in segments",
                expected: "a tensor in one piece: save the model again with a current exporter"
            );
        }

        if (rawLength is not null || IsExternal(proto))
        {
            if (type == ElementType.String)
            {
                throw new OnnxException(
                    DiagnosticIds.TensorStorage,
                    found: $"strings stored as raw bytes in {where}",
                    expected: "string_data"
                );
            }
        }

        return rawLength is null || rawLength == expected ? type : throw WrongLength(proto, $"{rawLength} bytes", $"{expected}");
    }

    private static OnnxException WrongLength(TensorProto proto, string found, string expected) =>
        new(
            DiagnosticIds.TensorLength,
            found: $"{found} in the tensor '{proto.Name}' of type {((ElementType)proto.DataType).OnnxName} and shape "
                + $"[{string.Join(',', proto.Dims)}]",
            expected: $"{expected}",
            advice: "The file is damaged, or its exporter is at fault: export the model again"
        );
}
