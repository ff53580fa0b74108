using Google.Protobuf;
using VampNet.Onnx.Proto;
using VampNet.Onnx.Serialization;

namespace VampNet.Onnx;

/// <summary>Reads a tensor from a separate file, such as the inputs and outputs of ONNX's test data (TensorProto).</summary>
public static class TensorFile
{
    /// <summary>Reads a tensor whose contents lie within its message.</summary>
    /// <param name="bytes">The message; must not change while the tensor is in use.</param>
    /// <returns>Its name, which may be empty, and its contents.</returns>
    /// <exception cref="OnnxException">VNO0101: the bytes are no such message; VNO02xx: type, shape and contents do not agree.</exception>
    public static (string Name, TensorData Data) Parse(ReadOnlyMemory<byte> bytes)
    {
        TensorProto proto;
        try
        {
            proto = TensorProto.Parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new OnnxException(
                DiagnosticIds.NotAModel,
                found: $"{bytes.Length} bytes that are no tensor",
                expected: "a message of ONNX's TensorProto: the file is damaged, or something else"
            );
        }

        return (proto.Name, new TensorReader(new MemorySource(bytes), new ExternalDataFolder(null)).Read(proto));
    }
}
