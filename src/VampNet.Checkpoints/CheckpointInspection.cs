using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Checkpoints;

/// <summary>The contents of a checkpoint as plain data: it stays valid after the checkpoint is closed.</summary>
/// <param name="Path">The file's path as it was given.</param>
/// <param name="Layout">Layout of the file.</param>
/// <param name="FileLength">Length of the file in bytes.</param>
/// <param name="Sha256">SHA-256 of the file, 64 lower-case hexadecimal digits; null when it was not asked for.</param>
/// <param name="Globals">Every Python global the file mentions, sorted.</param>
/// <param name="Metadata">The checkpoint's metadata. The model's settings lie under <c>kwargs</c>. Tensors in it must not be read after the
/// checkpoint is closed.</param>
/// <param name="Extras">The entries beside the state dict and the metadata, such as an optimizer's state; an empty mapping when there is
/// nothing.</param>
/// <param name="Tensors">One row per tensor of the state dict, in the order of the file.</param>
public sealed record CheckpointInspection(
    string Path,
    CheckpointLayout Layout,
    long FileLength,
    string? Sha256,
    ImmutableArray<string> Globals,
    MetadataValue Metadata,
    MetadataValue Extras,
    ImmutableArray<TensorRow> Tensors
)
{
    /// <summary>The number of elements of all tensors of the state dict. PyTorch's parameter count, plus any buffers.</summary>
    public long ParameterCount => Tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>Whether there are LoRA tensors, <c>lora_A</c> and <c>lora_B</c>, still to be merged.</summary>
    public bool HasLora => Tensors.Any(tensor => tensor.IsLora);

    /// <summary>Whether there are only LoRA tensors: a file to merge into a base checkpoint.</summary>
    public bool IsLoraOnly => Tensors.All(tensor => tensor.IsLora);

    /// <summary>Inspects an open checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint; it stays open.</param>
    /// <param name="hashFile">Whether to read the whole file for <see cref="Sha256"/>: about a second per gigabyte.</param>
    /// <param name="hashTensors">Whether to read every tensor for <see cref="TensorRow.Sha256"/>.</param>
    public static CheckpointInspection Read(Checkpoint checkpoint, bool hashFile = true, bool hashTensors = false)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return new CheckpointInspection(
            checkpoint.Path,
            checkpoint.Layout,
            checkpoint.FileLength,
            hashFile ? checkpoint.ComputeFileSha256() : null,
            checkpoint.Globals,
            checkpoint.Metadata,
            checkpoint.Extras,
            [.. checkpoint.TensorList.Select(tensor => TensorRow.Of(tensor) with { Sha256 = hashTensors ? tensor.ComputeSha256() : null })]
        );
    }
}
