using VampNet.Onnx.Proto;
using VampNet.Onnx.Serialization;
using VampNet.Onnx.Tensors;

namespace VampNet.Onnx;

/// <summary>
/// Reads ONNX models. The file is mapped, not loaded: the main graph's initializers, in the file or beside it, are views that
/// take no memory of the process until they are used. A file may exceed 2 GB.
/// </summary>
public static class ModelReader
{
    /// <summary>Reads a model and the external data that lies in its folder.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <returns>A view on the file, which must stay as it is until the model is disposed.</returns>
    /// <exception cref="OnnxException">The file is no model, or its tensors are malformed: ids VNO01xx and VNO02xx.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Model Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MappedFile file = MappedFile.Open(path);
        ExternalDataFolder external = new(Path.GetDirectoryName(Path.GetFullPath(path)));
        return Read(new MappedSource(file), external, [file]);
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">The model; must not change while it is in use.</param>
    /// <param name="folder">Folder of its external data; null when it must have none.</param>
    /// <exception cref="OnnxException">The bytes are no model, or its tensors are malformed: ids VNO01xx and VNO02xx.</exception>
    public static Model Read(ReadOnlyMemory<byte> bytes, string? folder = null) =>
        Read(new MemorySource(bytes), new ExternalDataFolder(folder), []);

    private static Model Read(ByteSource source, ExternalDataFolder external, MappedFile[] maps)
    {
        try
        {
            Model model = Build(ModelEnvelope.Open(source), new GraphReader(new TensorReader(source, external)));
            model.Own(maps.Concat(external.Maps));
            return model;
        }
        catch
        {
            foreach (MappedFile map in maps.Concat(external.Maps))
            {
                map.Dispose();
            }

            throw;
        }
    }

    private static Model Build(ModelEnvelope envelope, GraphReader reader)
    {
        ModelProto proto = envelope.Model;
        if (envelope.Graph is null)
        {
            throw new OnnxException(
                DiagnosticIds.GraphMissing,
                found: "a model without a graph",
                expected: "a graph",
                advice: "The file may hold something else, or weights alone"
            );
        }

        Model model = new(reader.ReadMain(envelope.Graph, envelope.Initializers), (int)Math.Clamp(proto.IrVersion, 0, int.MaxValue))
        {
            ProducerName = proto.HasProducerName ? proto.ProducerName : null,
            ProducerVersion = proto.HasProducerVersion ? proto.ProducerVersion : null,
            DocString = proto.HasDocString ? proto.DocString : null,
            Carrier = proto,
        };
        OpsetDomain.ReadImports(proto.OpsetImport, model.OpsetImports, "the model");
        foreach (StringStringEntryProto entry in proto.MetadataProps)
        {
            if (!model.Metadata.TryAdd(entry.Key, entry.Value))
            {
                throw new OnnxException(
                    DiagnosticIds.DuplicateEntry,
                    found: $"the metadata key '{entry.Key}' twice in the model",
                    expected: "each key once",
                    advice: "Remove one entry"
                );
            }
        }

        model.Functions.AddRange(proto.Functions.Select(reader.ReadFunction));
        proto.Functions.Clear();
        return model;
    }
}
