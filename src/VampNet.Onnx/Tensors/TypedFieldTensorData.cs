using System.Buffers.Binary;
using System.Collections.Immutable;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Tensors;

/// <summary>Contents that lie in a message's typed fields (float_data and similar), decoded on demand.</summary>
internal sealed class TypedFieldTensorData(ElementType elementType, ImmutableArray<long> shape, TensorProto proto)
    : TensorData(elementType, shape)
{
    /// <summary>Number of elements that the field of the type must hold.</summary>
    public long ExpectedFieldCount =>
        ElementType switch
        {
            ElementType.Complex64 or ElementType.Complex128 => checked(ElementCount * 2),
            _ when ElementType.BitWidth is > 0 and < 8 => ByteLength,
            _ => ElementCount,
        };

    /// <summary>Number of elements that the field of the type holds.</summary>
    public int FieldCount =>
        ElementType switch
        {
            ElementType.Float or ElementType.Complex64 => proto.FloatData.Count,
            ElementType.Double or ElementType.Complex128 => proto.DoubleData.Count,
            ElementType.Int64 => proto.Int64Data.Count,
            ElementType.UInt32 or ElementType.UInt64 => proto.Uint64Data.Count,
            ElementType.String => proto.StringData.Count,
            _ => proto.Int32Data.Count,
        };

    public override bool TryGetSpan(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return false;
    }

    public override void CopyTo(Span<byte> destination)
    {
        int count = FieldCount;
        for (int i = 0; i < count; i++)
        {
            switch (ElementType)
            {
                case ElementType.Float or ElementType.Complex64:
                    BinaryPrimitives.WriteSingleLittleEndian(destination[(4 * i)..], proto.FloatData[i]);
                    break;
                case ElementType.Double or ElementType.Complex128:
                    BinaryPrimitives.WriteDoubleLittleEndian(destination[(8 * i)..], proto.DoubleData[i]);
                    break;
                case ElementType.Int64:
                    BinaryPrimitives.WriteInt64LittleEndian(destination[(8 * i)..], proto.Int64Data[i]);
                    break;
                case ElementType.UInt64:
                    BinaryPrimitives.WriteUInt64LittleEndian(destination[(8 * i)..], proto.Uint64Data[i]);
                    break;
                case ElementType.UInt32:
                    BinaryPrimitives.WriteUInt32LittleEndian(destination[(4 * i)..], unchecked((uint)proto.Uint64Data[i]));
                    break;
                case ElementType.Int32:
                    BinaryPrimitives.WriteInt32LittleEndian(destination[(4 * i)..], proto.Int32Data[i]);
                    break;
                case ElementType.String:
                    throw TensorElements.Refuse(this, "of fixed width");
                case ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16:
                    BinaryPrimitives.WriteInt16LittleEndian(destination[(2 * i)..], unchecked((short)proto.Int32Data[i]));
                    break;
                default:
                    destination[i] = unchecked((byte)proto.Int32Data[i]);
                    break;
            }
        }
    }

    public override ImmutableArray<string> ToStrings() =>
        ElementType == ElementType.String ? [.. proto.StringData.Select(text => text.ToStringUtf8())] : base.ToStrings();
}
