using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VampNet.Checkpoints;

namespace VampNet.Training.Modules;

/// <summary>A parameter under its name and shape in a checkpoint.</summary>
/// <param name="Name">The key in the state dict.</param>
/// <param name="Shape">The shape in a checkpoint; the module's tensor may lack axes of length 1.</param>
/// <param name="Tensor">The module's tensor, float32.</param>
internal sealed record TrainedParameter(string Name, ImmutableArray<int> Shape, Parameter Tensor)
{
    /// <summary>Whether this is one of the two factors of a LoRA update.</summary>
    public bool IsLora => Name.EndsWith(".lora_A", StringComparison.Ordinal) || Name.EndsWith(".lora_B", StringComparison.Ordinal);

    /// <summary>Whether every element is a number.</summary>
    public bool IsFinite
    {
        get
        {
            using DisposeScope scope = torch.NewDisposeScope();
            return Tensor.detach().isfinite().all().ToBoolean();
        }
    }

    /// <summary>Entry for writing the parameter; its elements are read when the entry is.</summary>
    public TensorEntry ToEntry() => Entry(Name, [.. Shape.Select(extent => (long)extent)], Tensor);

    /// <summary>A float32 tensor on any device, to be written under a name and a shape of as many elements.</summary>
    public static TensorEntry Entry(string name, ImmutableArray<long> shape, torch.Tensor tensor) =>
        new(
            name,
            TensorElementType.Float32,
            shape,
            bytes =>
            {
                using torch.Tensor here = tensor.detach().cpu().contiguous();
                here.bytes.CopyTo(bytes);
            }
        );

    /// <summary>Copies the elements of a checkpoint's tensor into a tensor of as many elements.</summary>
    public static void Fill(torch.Tensor tensor, CheckpointTensor source) => source.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
}
