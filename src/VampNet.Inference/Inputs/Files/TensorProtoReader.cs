using VampNet.Onnx;

namespace VampNet.Inference.Inputs.Files;

/// <summary>Reads a tensor of ONNX's test data: a file such as input_0.pb, which holds one TensorProto.</summary>
internal sealed class TensorProtoReader : ITensorFileReader
{
    /// <inheritdoc/>
    /// <exception cref="InferenceException">VNI0344: the file is damaged, or holds what is no tensor of numbers.</exception>
    public IReadOnlyDictionary<string, ModelInput>? Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".pb", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ModelInput tensor = Read(File.ReadAllBytes(path), Path.GetFileNameWithoutExtension(path), path);
        return new Dictionary<string, ModelInput> { [tensor.Name] = tensor };
    }

    /// <summary>Reads a tensor.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="name">Name of the tensor where the file gives none.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InferenceException">VNI0344: the bytes are damaged, or hold what is no tensor of numbers.</exception>
    public static ModelInput Read(ReadOnlyMemory<byte> bytes, string name, string source)
    {
        try
        {
            (string own, TensorData data) = TensorFile.Parse(bytes);
            Array values =
                data.ElementType == ElementType.String
                    ? throw Damaged(source, "it holds strings, which cannot be fed to a graph")
                    : ElementArrays.FromBytes(data.ElementType, data.ToBytes())
                        ?? throw Damaged(source, $"its type {data.ElementType.OnnxName} is neither a number of 8 to 64 bits nor a boolean");
            return new ModelInput(own.Length == 0 ? name : own, values, [.. data.Shape]);
        }
        catch (OnnxException error)
        {
            throw Damaged(source, $"it is not a complete tensor ({error.Message})");
        }
    }

    private static InferenceException Damaged(string source, string problem) =>
        new(
            InferenceErrorIds.TensorFileUnreadable,
            found: $"{source}, which cannot be read: {problem}",
            expected: "one tensor as ONNX's test data has it (TensorProto)"
        );
}
