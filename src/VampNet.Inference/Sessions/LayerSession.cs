using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Sessions;

/// <summary>A graph in ONNX Runtime that gives what its layers produce. Weights beside the graph are used where they lie, not
/// copied.</summary>
internal sealed partial class LayerSession : IDisposable
{
    // Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name.
    private const int GraphField = 7,
        OutputField = 12,
        NameField = 1;

    private readonly OrtSession _session;
    private readonly string[] _values;

    /// <summary>Loads a graph, to give values that its main graph produces.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="values">The names of the values, none of which is an output yet.</param>
    /// <param name="threads">Threads per operator; 0 for one per core.</param>
    /// <param name="provider">What computes; null for the processor.</param>
    /// <exception cref="InferenceException">VNI0201: ONNX Runtime does not load it.</exception>
    public LayerSession(string path, string[] values, int threads = 0, SessionProvider? provider = null)
    {
        _values = values;
        _session = new OrtSession(
            path,
            options =>
            {
                options.IntraOpNumThreads = threads;
                options.AddSessionConfigEntry(
                    "session.model_external_initializers_file_folder_path",
                    Path.GetDirectoryName(Path.GetFullPath(path))
                );
            },
            WithOutputs(File.ReadAllBytes(path), values),
            provider
        );
    }

    /// <summary>The values of a graph of ours that a layer or block ends with; empty for other graphs.</summary>
    public static string[] LayersOf(string path) => [.. ValuesOf(path).Where(value => LayerEnd().IsMatch(value))];

    /// <summary>The values that a graph computes on the way to its outputs, in the order it computes them.</summary>
    public static string[] ValuesOf(string path)
    {
        using Model model = ModelReader.Read(path);
        return [.. model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => !value.IsGraphOutput).Select(value => value.Name)];
    }

    /// <summary>Runs the graph and reads the values while they live, in the order that their names were given in.</summary>
    /// <exception cref="InferenceException">VNI0202: the graph does not run on this input, or a value is not of the type that it is read
    /// as.</exception>
    public T Run<T>(ModelSample sample, Func<IReadOnlyList<OrtValue>, T> read) =>
        _session.Run(sample, _values, (values, _) => read(values));

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    // Protobuf merges a message with what is appended to it: a second graph field adds its outputs to those of the first. ONNX Runtime
    // infers their types.
    private static byte[] WithOutputs(byte[] model, string[] values)
    {
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
