using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx;
using VampNet.Validation.Quantization;

namespace VampNet.Validation;

/// <summary>A graph in ONNX Runtime that gives what its layers produce. Weights beside the graph are used where they lie, not copied.</summary>
internal sealed partial class LayerSession : IDisposable
{
    // Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name and .type, TypeProto.tensor_type, Tensor.elem_type.
    private const int GraphField = 7, OutputField = 12, NameField = 1, TypeField = 2, TensorTypeField = 1, ElementTypeField = 1;

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    private LayerSession(InferenceSession session, string[] values) => (_session, Values) = (session, values);

    /// <summary>The names of the values that a run gives, in the order the graph computes them.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>The values of a graph of ours that a layer or block ends with; empty for other graphs.</summary>
    public static string[] LayersOf(string path)
    {
        using Model model = ModelReader.Read(path);
        return [.. model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => !value.IsGraphOutput && LayerEnd().IsMatch(value.Name)).Select(value => value.Name)];
    }

    /// <summary>Loads a graph, to give float32 values that its main graph produces.</summary>
    /// <param name="path">The graph.</param>
    /// <param name="values">The names of the values, none of which is an output yet.</param>
    /// <param name="threads">Threads for one operator; 0 for one a core.</param>
    /// <exception cref="ValidationException">VNV0201: ONNX Runtime does not load it.</exception>
    public static LayerSession Open(string path, string[] values, int threads = 0)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(path)));
        try
        {
            return new LayerSession(new InferenceSession(WithOutputs(File.ReadAllBytes(path), values), options), values);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ValidationException("VNV0201", $"Found a graph that ONNX Runtime does not load: {path}\n{error.Message}\nExpected a graph as vampnet export writes it; export it again.");
        }
    }

    /// <summary>Runs the graph. The caller disposes what it gives: one value for each of <see cref="Values"/>.</summary>
    /// <exception cref="ValidationException">VNV0202: the graph does not run on this input.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(ModelSample sample)
    {
        OrtValue[] inputs = [.. sample.Inputs.Select(input => input.ToOrtValue())];
        try
        {
            return _session.Run(_run, [.. sample.Inputs.Select(input => input.Name)], inputs, Values);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ValidationException("VNV0202", $"Found a graph that does not run on {sample.Name}.\n{error.Message}\nExpected it to take inputs of the types and shapes that it declares.");
        }
        finally
        {
            foreach (OrtValue input in inputs)
            {
                input.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    // Protobuf merges a message with what is appended to it: a second graph field adds its outputs to those of the first.
    private static byte[] WithOutputs(byte[] model, string[] values)
    {
        byte[] outputs = Message(graph =>
        {
            foreach (string value in values)
            {
                Write(graph, OutputField, Message(info =>
                {
                    info.WriteTag(NameField, WireFormat.WireType.LengthDelimited);
                    info.WriteString(value);
                    Write(info, TypeField, Message(type => Write(type, TensorTypeField, Message(tensor =>
                    {
                        tensor.WriteTag(ElementTypeField, WireFormat.WireType.Varint);
                        tensor.WriteInt32((int)ElementType.Float);
                    }))));
                }));
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
