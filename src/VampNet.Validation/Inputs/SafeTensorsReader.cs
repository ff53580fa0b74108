using VampNet.Checkpoints;
using VampNet.Inference.Inputs;
using VampNet.Inference.Inputs.Files;

namespace VampNet.Validation.Inputs;

/// <summary>Reads the tensors of a .safetensors file: integers as int64, all others as float32.</summary>
internal sealed class SafeTensorsReader : ITensorFileReader
{
    /// <inheritdoc/>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, ModelInput>? Read(string path)
    {
        if (!Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        using Checkpoint tensors = Checkpoint.Open(path);
        return tensors.Tensors.ToDictionary(
            each => each.Key,
            each => new ModelInput(each.Key, ValuesOf(each.Value), [.. each.Value.Shape])
        );
    }

    private static Array ValuesOf(CheckpointTensor tensor) =>
        tensor.ElementType
            is TensorElementType.Int64
                or TensorElementType.Int32
                or TensorElementType.Int16
                or TensorElementType.Int8
                or TensorElementType.UInt8
                or TensorElementType.Bool
            ? tensor.ToInt64s()
            : tensor.ToSingles();
}
