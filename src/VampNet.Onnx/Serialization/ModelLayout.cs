using System.Globalization;
using VampNet.Onnx.Proto;

namespace VampNet.Onnx.Serialization;

/// <summary>
/// Decides where every byte of a written model goes before the first is written: fields in the order of their numbers, as
/// every protobuf library writes them, and large initializers in one external file at aligned offsets.
/// </summary>
internal sealed class ModelLayout
{
    private ModelLayout(WirePart model, IReadOnlyList<(long Offset, TensorData Data)> external)
    {
        Model = model;
        External = external;
    }

    /// <summary>The model's file.</summary>
    public WirePart Model { get; }

    /// <summary>The external file: tensors by ascending offset.</summary>
    public IReadOnlyList<(long Offset, TensorData Data)> External { get; }

    /// <summary>Lays a model out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The tensors that go into the external file; null for none.</param>
    /// <param name="dataFileName">The external file's name.</param>
    public static ModelLayout Of(Model model, ExternalDataOptions? options, string dataFileName)
    {
        ModelProto tail = model.Carrier?.Clone() ?? new ModelProto();
        ModelProto head = TakeHead(model, tail);
        GraphProto graphTail = GraphWriter.WriteWithoutInitializers(model.Graph);
        GraphProto graphHead = new() { Name = graphTail.Name };
        graphHead.Node.AddRange(graphTail.Node);
        graphTail.Node.Clear();
        graphTail.ClearName();

        List<(long Offset, TensorData Data)> external = [];
        List<WirePart> graph = [WirePart.Fields(graphHead)];
        long end = 0;
        foreach (Value value in model.Graph.Initializers)
        {
            if (value.Constant is not { } data)
            {
                continue;
            }

            TensorProto header = TensorWriter.Header(data, value.Name);
            if (options is not null && data.ByteLength >= options.Threshold && data.ElementType != ElementType.String)
            {
                long offset = (end + options.Alignment - 1) / options.Alignment * options.Alignment;
                external.Add((offset, data));
                end = offset + data.ByteLength;
                graph.Add(
                    WirePart.Block(
                        GraphProto.InitializerFieldNumber,
                        WirePart.Fields(PointTo(header, dataFileName, offset, data.ByteLength))
                    )
                );
            }
            else
            {
                graph.Add(WirePart.Block(GraphProto.InitializerFieldNumber, Inline(header, data)));
            }
        }

        graph.Add(WirePart.Fields(graphTail));
        WirePart whole = new Sequence([WirePart.Fields(head), WirePart.Block(ModelProto.GraphFieldNumber, graph), WirePart.Fields(tail)]);
        return new ModelLayout(whole, external);
    }

    /// <summary>Fills the fields after the graph into <paramref name="tail"/>, and gives those before it.</summary>
    private static ModelProto TakeHead(Model model, ModelProto tail)
    {
        ModelProto head = new() { IrVersion = model.IrVersion };
        if (model.ProducerName is { } producer)
        {
            head.ProducerName = producer;
        }

        if (model.ProducerVersion is { } version)
        {
            head.ProducerVersion = version;
        }

        if (tail.HasDomain)
        {
            head.Domain = tail.Domain;
        }

        if (tail.HasModelVersion)
        {
            head.ModelVersion = tail.ModelVersion;
        }

        if (model.DocString is { } text)
        {
            head.DocString = text;
        }

        tail.ClearIrVersion();
        tail.ClearProducerName();
        tail.ClearProducerVersion();
        tail.ClearDomain();
        tail.ClearModelVersion();
        tail.ClearDocString();
        OpsetDomain.WriteImports(model.OpsetImports, tail.OpsetImport);
        WriteMetadata(model, tail);
        tail.Functions.AddRange(model.Functions.Select(GraphWriter.Write));
        return head;
    }

    private static void WriteMetadata(Model model, ModelProto tail)
    {
        var known = tail.MetadataProps.ToList();
        tail.MetadataProps.Clear();
        foreach ((string key, string value) in model.Metadata)
        {
            tail.MetadataProps.Add(
                known.Find(entry => entry.Key == key && entry.Value == value) ?? new StringStringEntryProto { Key = key, Value = value }
            );
        }
    }

    private static List<WirePart> Inline(TensorProto header, TensorData data)
    {
        bool hadRaw = data.Carrier is null or { HasRawData: true };
        if (!TensorWriter.HasRawContents(data) || (!hadRaw && data.ByteLength == 0))
        {
            return [WirePart.Fields(header)];
        }

        TensorProto before = new();
        before.Dims.AddRange(header.Dims);
        before.DataType = header.DataType;
        before.Name = header.Name;
        header.Dims.Clear();
        header.ClearDataType();
        header.ClearName();
        return [WirePart.Fields(before), WirePart.Block(TensorProto.RawDataFieldNumber, WirePart.Contents(data)), WirePart.Fields(header)];
    }

    private static TensorProto PointTo(TensorProto header, string fileName, long offset, long length)
    {
        header.FloatData.Clear();
        header.DoubleData.Clear();
        header.Int32Data.Clear();
        header.Int64Data.Clear();
        header.Uint64Data.Clear();
        header.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = fileName });
        header.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        header.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length.ToString(CultureInfo.InvariantCulture) });
        header.DataLocation = TensorProto.Types.DataLocation.External;
        return header;
    }

    private sealed record Sequence(IReadOnlyList<WirePart> Parts) : WirePart(Parts.Sum(part => part.Length))
    {
        public override void WriteTo(Stream stream)
        {
            foreach (WirePart part in Parts)
            {
                part.WriteTo(stream);
            }
        }
    }
}
