using System.Collections.Immutable;
using VampNet.Checkpoints;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Validation.Inputs;

/// <summary>Reads .safetensors files whose tensors are named and shaped as the graph's inputs.</summary>
internal sealed class TensorSampleReader : ISampleReader
{
    /// <inheritdoc/>
    public IEnumerable<ModelSample>? Read(string path, ImmutableArray<Value> inputs, int extent) =>
        Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) ? ReadTensors(path, inputs, extent) : null;

    private static IEnumerable<ModelSample>? ReadTensors(string path, ImmutableArray<Value> graphInputs, int extent)
    {
        using Checkpoint tensors = Checkpoint.Open(path);
        List<ModelInput> inputs = [];
        foreach (Value input in graphInputs)
        {
            if (
                !tensors.Tensors.TryGetValue(input.Name, out CheckpointTensor? tensor)
                || tensor.Shape.Length != input.TensorType!.Shape!.Rank
            )
            {
                return null;
            }

            inputs.Add(
                new ModelInput(
                    input.Name,
                    input.TensorType.ElementType == ElementType.Int64 ? tensor.ToInt64s() : tensor.ToSingles(),
                    [.. tensor.Shape]
                )
            );
        }

        string name = Path.GetFileName(path);
        return inputs is [var single] ? Pieces(name, single, extent) : [new ModelSample(name, [.. inputs])];
    }

    // Along the last axis, so that one long recording does not ask for more memory than many short ones.
    private static IEnumerable<ModelSample> Pieces(string name, ModelInput input, int extent)
    {
        int length = (int)input.Shape[^1];
        int rows = input.Values.Length / Math.Max(length, 1);
        for (int start = 0; start < length; start += extent)
        {
            int taken = Math.Min(extent, length - start);
            Array values = Array.CreateInstance(input.Values.GetType().GetElementType()!, rows * taken);
            for (int row = 0; row < rows; row++)
            {
                Array.Copy(input.Values, (row * length) + start, values, row * taken, taken);
            }

            yield return new ModelSample($"{name} from {start}", [new ModelInput(input.Name, values, [.. input.Shape[..^1], taken])]);
        }
    }
}
