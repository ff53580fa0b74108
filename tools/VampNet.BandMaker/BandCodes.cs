using System.Globalization;
using System.Runtime.InteropServices;
using VampNet.Checkpoints;
using VampNet.Runtime;
using VampNet.Runtime.Codec;

namespace VampNet.BandMaker;

/// <summary>Writes codes in the format of <c>vampnet encode</c>.</summary>
internal static class BandCodes
{
    /// <summary>Writes one piece's codes.</summary>
    /// <param name="path">The .safetensors file.</param>
    /// <param name="codes">int64 [1,C,T].</param>
    /// <param name="encoder">The codec that made them.</param>
    public static void Write(string path, TokenGrid<long> codes, CodecEncoder encoder)
    {
        var entry = new TensorEntry(
            "codes",
            TensorElementType.Int64,
            [codes.Batch, codes.Codebooks, codes.Frames],
            bytes => MemoryMarshal.AsBytes(codes.Values.AsSpan()).CopyTo(bytes)
        );
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "vampnet-codes/1",
            ["sample_rate"] = encoder.Configuration.SampleRate.ToString(CultureInfo.InvariantCulture),
            ["hop_length"] = encoder.Configuration.HopLength.ToString(CultureInfo.InvariantCulture),
        };
        if (encoder.CheckpointSha256 is { } sha256)
        {
            metadata["codec_sha256"] = sha256;
        }

        using FileStream stream = File.Create(path);
        SafeTensorsWriter.Write(stream, [entry], metadata);
    }
}
