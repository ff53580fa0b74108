using Google.Protobuf;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>An initializer whose raw contents stay where they are.</summary>
/// <param name="Proto">The message without raw_data.</param>
/// <param name="RawStart">Offset of raw_data; -1 when there is none.</param>
/// <param name="RawLength">Its length in bytes.</param>
internal sealed record InitializerEnvelope(TensorProto Proto, long RawStart, long RawLength);

/// <summary>
/// A model's messages taken apart, so that the main graph's initializers, which make up most of any file, are never copied:
/// everything else is parsed by the generated code.
/// </summary>
internal sealed class ModelEnvelope
{
    private ModelEnvelope(ModelProto model, GraphProto? graph, List<InitializerEnvelope> initializers)
    {
        Model = model;
        Graph = graph;
        Initializers = initializers;
    }

    /// <summary>The model without its graph.</summary>
    public ModelProto Model { get; }

    /// <summary>The main graph without its initializers; null when the model has none.</summary>
    public GraphProto? Graph { get; }

    /// <summary>The main graph's initializers.</summary>
    public List<InitializerEnvelope> Initializers { get; }

    /// <exception cref="OnnxException">The bytes are no model (<see cref="DiagnosticIds.NotAModel"/>) or nest too deep (<see
    /// cref="DiagnosticIds.TooDeep"/>).</exception>
    public static ModelEnvelope Open(ByteSource source)
    {
        List<InitializerEnvelope> initializers = [];
        MemoryStream graphRest = new();
        bool hasGraph = false;
        ModelProto model = Parse(
            ModelProto.Parser,
            source,
            0,
            source.Length,
            field =>
            {
                if (!field.IsBlock(ModelProto.GraphFieldNumber))
                {
                    return false;
                }

                hasGraph = true;
                CopyRest(
                    source,
                    field.ContentStart,
                    field.FieldEnd,
                    graphRest,
                    inner =>
                    {
                        bool isInitializer = inner.IsBlock(GraphProto.InitializerFieldNumber);
                        if (isInitializer)
                        {
                            initializers.Add(ReadInitializer(source, inner.ContentStart, inner.FieldEnd));
                        }

                        return isInitializer;
                    }
                );
                return true;
            }
        );
        return new ModelEnvelope(model, hasGraph ? ParseAll(GraphProto.Parser, graphRest) : null, initializers);
    }

    private static InitializerEnvelope ReadInitializer(ByteSource source, long start, long end)
    {
        long rawStart = -1;
        long rawLength = 0;
        TensorProto proto = Parse(
            TensorProto.Parser,
            source,
            start,
            end,
            field =>
            {
                bool isRaw = field.IsBlock(TensorProto.RawDataFieldNumber);
                if (isRaw)
                {
                    (rawStart, rawLength) = (field.ContentStart, field.FieldEnd - field.ContentStart);
                }

                return isRaw;
            }
        );
        return new InitializerEnvelope(proto, rawStart, rawLength);
    }

    private static T Parse<T>(MessageParser<T> parser, ByteSource source, long start, long end, Func<WireReader, bool> take)
        where T : IMessage<T>
    {
        MemoryStream rest = new();
        CopyRest(source, start, end, rest, take);
        return ParseAll(parser, rest);
    }

    /// <summary>Copies the fields that <paramref name="take"/> does not take.</summary>
    private static void CopyRest(ByteSource source, long start, long end, MemoryStream rest, Func<WireReader, bool> take)
    {
        WireReader reader = new(source, start, end);
        while (reader.Next())
        {
            if (take(reader))
            {
                continue;
            }

            long length = reader.FieldEnd - reader.FieldStart;
            if (length + rest.Length > Array.MaxLength)
            {
                throw new OnnxException(
                    DiagnosticIds.NotAModel,
                    found: $"a field {reader.Field} of {length} bytes at byte {reader.FieldStart}",
                    expected: "less than 2 GB in all fields but the main graph's initializers",
                    advice: "Keep large constants as initializers"
                );
            }

            rest.Write(source.Slice(reader.FieldStart, (int)length));
        }
    }

    private static T ParseAll<T>(MessageParser<T> parser, MemoryStream bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (InvalidProtocolBufferException exception)
        {
            bool tooDeep =
                exception.Message.Contains("nest", StringComparison.OrdinalIgnoreCase)
                || exception.Message.Contains("recurs", StringComparison.OrdinalIgnoreCase);
            string kind = parser.GetType().GenericTypeArguments[0].Name;
            throw new OnnxException(
                tooDeep ? DiagnosticIds.TooDeep : DiagnosticIds.NotAModel,
                found: tooDeep ? $"messages nested more than 100 deep in {kind}" : $"bytes that are no {kind} ({exception.Message})",
                expected: tooDeep ? "subgraphs and types of modest depth" : "a protobuf-encoded ONNX model",
                advice: tooDeep ? "Split the model" : "Get the file again, or check that it is an .onnx file",
                cause: exception
            );
        }
    }
}
