using System.Runtime.InteropServices;
using VampNet.Checkpoints;
using VampNet.Runtime;

namespace VampNet.Training.Data;

/// <summary>Encoded recordings in a folder, one .safetensors file each, named by the key. A file that cannot be read is made
/// anew.</summary>
/// <param name="folder">The folder; it is made when the first piece is written.</param>
public sealed class PieceStore(string folder)
{
    private const string Codes = "codes",
        Powers = "frame_powers";

    /// <summary>The piece of this key; null where there is none.</summary>
    public Piece? Find(string name, string key)
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using Checkpoint file = Checkpoint.Open(path);
            return
                file.Tensors.TryGetValue(Codes, out CheckpointTensor? codes)
                && file.Tensors.TryGetValue(Powers, out CheckpointTensor? powers)
                && codes.Shape is [1, var codebooks, var frames]
                && powers.ElementCount == frames
                ? new Piece(name, key, new TokenGrid<long>(1, (int)codebooks, (int)frames, codes.ToInt64s()), powers.ToSingles())
                : null;
        }
        catch (CheckpointException)
        {
            // Cut short by a crash of the machine: encoding again costs seconds, and gives the same codes.
            return null;
        }
    }

    /// <summary>Keeps a piece; the file appears under its name only when complete.</summary>
    public void Keep(Piece piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        Directory.CreateDirectory(folder);
        int[] codes = [.. piece.Codes.Values.Select(code => (int)code)];
        SafeTensorsWriter.WriteFile(
            PathOf(piece.Key),
            [
                new TensorEntry(
                    Codes,
                    TensorElementType.Int32,
                    [1, piece.Codes.Codebooks, piece.Codes.Frames],
                    bytes => MemoryMarshal.AsBytes(codes.AsSpan()).CopyTo(bytes)
                ),
                TensorEntry.From(Powers, [.. piece.FramePowers], piece.FramePowers.Count),
            ],
            new Dictionary<string, string> { ["recording"] = piece.Name }
        );
    }

    private string PathOf(string key) => Path.Combine(folder, $"{key}.safetensors");
}
