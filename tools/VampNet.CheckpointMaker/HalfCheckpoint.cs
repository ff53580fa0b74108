using System.Runtime.InteropServices;
using VampNet.Checkpoints;

namespace VampNet.CheckpointMaker;

/// <summary>Copies a checkpoint with its float32 tensors rounded to float16: half the size.</summary>
internal static class HalfCheckpoint
{
    /// <summary>Writes the copy. Tensors of other types, metadata and module versions stay as they are.</summary>
    /// <param name="from">The checkpoint to read.</param>
    /// <param name="to">The file to write; another file than <paramref name="from"/>.</param>
    /// <exception cref="CheckpointException">The checkpoint cannot be read.</exception>
    /// <exception cref="InvalidDataException">A weight is too large for float16 (65,504).</exception>
    public static void Write(string from, string to)
    {
        using Checkpoint checkpoint = Checkpoint.Open(from);
        PthWriter.WriteFile(to, checkpoint.TensorList.Select(Round), checkpoint.Metadata, checkpoint.ModuleVersions);
    }

    private static TensorEntry Round(CheckpointTensor tensor) =>
        tensor.ElementType != TensorElementType.Float32
            ? TensorEntry.From(tensor)
            : new TensorEntry(tensor.Name, TensorElementType.Float16, tensor.Shape, bytes => Fill(tensor, bytes));

    private static void Fill(CheckpointTensor tensor, Span<byte> bytes)
    {
        float[] values = tensor.ToSingles();
        Span<Half> rounded = MemoryMarshal.Cast<byte, Half>(bytes);
        for (int i = 0; i < values.Length; i++)
        {
            rounded[i] = (Half)values[i];
            if (Half.IsInfinity(rounded[i]) && !float.IsInfinity(values[i]))
            {
                throw new InvalidDataException(
                    $"{tensor.Name} holds {values[i]}, which is too large for float16 (65,504): keep this checkpoint in float32."
                );
            }
        }
    }
}
