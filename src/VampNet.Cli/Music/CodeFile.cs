using System.Globalization;
using VampNet.Checkpoints;
using VampNet.Checkpoints.Metadata;
using VampNet.Files;
using VampNet.Runtime;
using VampNet.Runtime.Codec;

namespace VampNet.Cli.Music;

/// <summary>Codes on disk: a .safetensors file with one tensor, <c>codes</c> int64 [B,C,T], and the codec it belongs to in its
/// metadata.</summary>
internal static class CodeFile
{
    private const string TensorName = "codes";
    private const string CodecKey = "codec_sha256";

    /// <summary>Writes codes; the file appears under its name only when it is complete.</summary>
    /// <param name="path">Path of the file to write.</param>
    /// <param name="codes">[B,C,T].</param>
    /// <param name="codec">The codec's numbers.</param>
    /// <param name="codecSha256">SHA-256 of the codec's checkpoint; null when the models do not say.</param>
    public static void Write(string path, TokenGrid<long> codes, CodecProperties codec, string? codecSha256)
    {
        var entry = new TensorEntry(
            TensorName,
            TensorElementType.Int64,
            [codes.Batch, codes.Codebooks, codes.Frames],
            bytes => System.Runtime.InteropServices.MemoryMarshal.AsBytes(codes.Values.AsSpan()).CopyTo(bytes)
        );
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "vampnet-codes/1",
            ["sample_rate"] = codec.SampleRate.ToString(CultureInfo.InvariantCulture),
            ["hop_length"] = codec.HopLength.ToString(CultureInfo.InvariantCulture),
        };
        if (codecSha256 is not null)
        {
            metadata[CodecKey] = codecSha256;
        }

        WholeFile.Write(path, stream => SafeTensorsWriter.Write(stream, [entry], metadata));
    }

    /// <summary>Reads codes for the models at hand.</summary>
    /// <param name="path">The file.</param>
    /// <param name="codecSha256">SHA-256 of the codec that will decode them; null when the models do not say.</param>
    /// <returns>[B,C,T].</returns>
    /// <exception cref="CheckpointException">The file is no tensor file.</exception>
    /// <exception cref="CommandException">VNL0007: it holds no codes. VNL0008: its codes are of another codec.</exception>
    public static TokenGrid<long> Read(string path, string? codecSha256)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(
                CommandErrorIds.FileMissing,
                found: $"no file {path}",
                expected: "codes as vampnet encode writes them"
            );
        }

        using Checkpoint file = Checkpoint.Open(path);
        if (
            !file.Tensors.TryGetValue(TensorName, out CheckpointTensor? tensor)
            || tensor.ElementType != TensorElementType.Int64
            || tensor.Shape.Length != 3
            || tensor.ElementCount == 0
        )
        {
            string found = tensor is null
                ? $"no tensor \"{TensorName}\""
                : $"\"{TensorName}\" {tensor.ElementType} [{string.Join(", ", tensor.Shape)}]";
            throw new CommandException(
                CommandErrorIds.NoCodes,
                found: $"{found} in {path}",
                expected: $"\"{TensorName}\" Int64 [B, C, T], each at least 1",
                advice: "Make it with vampnet encode"
            );
        }

        if (file.Metadata[CodecKey] is MetadataValue.Text made && codecSha256 is not null && made.Value != codecSha256)
        {
            throw new CommandException(
                CommandErrorIds.OtherCodec,
                found: $"codes of the codec {made.Value} in {path}",
                expected: $"{codecSha256}, the codec of these models",
                advice: "Use the models the codes were made with"
            );
        }

        return new TokenGrid<long>((int)tensor.Shape[0], (int)tensor.Shape[1], (int)tensor.Shape[2], tensor.ToInt64s());
    }
}
