using System.Text.RegularExpressions;
using Google.Protobuf;
using VampNet.Onnx;

namespace VampNet.Inference.Sessions;

/// <summary>The intermediate values of a graph: which there are, and how to make them outputs.</summary>
internal static partial class GraphValues
{
    // Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name.
    private const int GraphField = 7,
        OutputField = 12,
        NameField = 1;

    /// <summary>The values of a graph of ours that a layer or block ends with; empty for other graphs.</summary>
    public static string[] LayersOf(string path) => [.. ValuesOf(path).Where(value => LayerEnd().IsMatch(value))];

    /// <summary>The values that a graph computes on the way to its outputs, in the order it computes them.</summary>
    public static string[] ValuesOf(string path)
    {
        using Model model = ModelReader.Read(path);
        return [.. model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => !value.IsGraphOutput).Select(value => value.Name)];
    }

    /// <summary>A graph with some of its intermediate values as further outputs.</summary>
    /// <param name="model">The bytes of a model.</param>
    /// <param name="values">The names of the values, none of which is an output yet.</param>
    public static byte[] WithOutputs(byte[] model, string[] values)
    {
        // Protobuf merges a message with what is appended to it: a second graph field adds its outputs to those of the first. ONNX
        // Runtime infers their types.
        byte[] outputs = Message(graph =>
        {
            foreach (string value in values)
            {
                Write(
                    graph,
                    OutputField,
                    Message(info =>
                    {
                        info.WriteTag(NameField, WireFormat.WireType.LengthDelimited);
                        info.WriteString(value);
                    })
                );
            }
        });
        return [.. model, .. Message(root => Write(root, GraphField, outputs))];
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream stream = new();
        using (CodedOutputStream coded = new(stream, leaveOpen: true))
        {
            write(coded);
        }

        return stream.ToArray();
    }

    private static void Write(CodedOutputStream stream, int field, byte[] message)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(message));
    }

    // A transformer's layers; a block of the codec's decoder; the last unit of a block of its encoder.
    [GeneratedRegex(@"^(transformer\.layers\.\d+|decoder\.model\.\d+\.block\.2|encoder\.block\.\d+\.block\.2)\.output$")]
    private static partial Regex LayerEnd();
}
