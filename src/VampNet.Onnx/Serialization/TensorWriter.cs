using Google.Protobuf;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx.Serialization;

/// <summary>Writes tensors' messages.</summary>
internal static class TensorWriter
{
    /// <summary>The message without raw contents; typed contents are in it.</summary>
    public static TensorProto Header(TensorData data, string? name)
    {
        TensorProto proto = data.Carrier?.Clone() ?? new TensorProto();
        proto.ClearRawData();
        if (!proto.Dims.SequenceEqual(data.Shape))
        {
            proto.Dims.Clear();
            proto.Dims.AddRange(data.Shape);
        }

        proto.DataType = (int)data.ElementType;
        if (name is not null)
        {
            proto.Name = name;
        }

        if (data.ElementType == ElementType.String && data is not TypedFieldTensorData)
        {
            proto.StringData.AddRange(data.ToStrings().Select(ByteString.CopyFromUtf8));
        }

        return proto;
    }

    /// <summary>Whether the contents go into raw_data or an external file, not into typed fields.</summary>
    public static bool HasRawContents(TensorData data) => data is not TypedFieldTensorData && data.ElementType != ElementType.String;

    /// <summary>The whole message, contents included.</summary>
    public static TensorProto Whole(TensorData data, string? name)
    {
        TensorProto proto = Header(data, name);
        if (HasRawContents(data))
        {
            proto.RawData = UnsafeByteOperations.UnsafeWrap(data.ToBytes());
        }

        return proto;
    }

    /// <summary>The whole message of a sparse tensor; the name belongs to its values.</summary>
    public static SparseTensorProto Whole(SparseTensorData data, string? name)
    {
        SparseTensorProto proto = data.Carrier?.Clone() ?? new SparseTensorProto();
        proto.Values = Whole(data.Values, name);
        proto.Indices = Whole(data.Indices, null);
        proto.Dims.Clear();
        proto.Dims.AddRange(data.Shape);
        return proto;
    }
}
