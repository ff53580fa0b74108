using System.Security.Cryptography;
using System.Text;
using VampNet.Runtime;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Codec;

namespace VampNet.Training.Data;

/// <summary>Encodes recordings as pieces: normalizes each to -24 LUFS, as upstream does, and encodes it with the codec. Pieces in the store
/// are not encoded again.</summary>
/// <param name="encoder">The codec on ONNX Runtime.</param>
/// <param name="store">Store of encoded pieces.</param>
public sealed class PieceEncoder(CodecEncoder encoder, PieceStore store)
{
    /// <summary>Version of the encoding; must change whenever the same file would give other codes or powers.</summary>
    private const string Recipe = "vampnet-piece/1";

    /// <summary>Encodes one recording.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <exception cref="RuntimeException">The file cannot be read, holds no sound, or is too short for one sample.</exception>
    public async Task<Piece> EncodeAsync(string path, string name, CancellationToken cancellationToken)
    {
        string key = await KeyAsync(path, cancellationToken).ConfigureAwait(false);
        if (store.Find(name, key) is { } kept)
        {
            return kept;
        }

        AudioClip clip = await AudioFile.ReadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
        Piece piece = Encode(clip, name, key, cancellationToken);
        store.Keep(piece);
        return piece;
    }

    private Piece Encode(AudioClip clip, string name, string key, CancellationToken cancellationToken)
    {
        AudioPreprocessor.RequireSound(clip);
        CodecProperties codec = encoder.Configuration;
        float[] prepared = AudioPreprocessor.Prepare(clip, codec.SampleRate, codec.HopLength);
        float[] powers = Loudness.FramePowers(prepared, codec.SampleRate, codec.HopLength);
        double offset = Loudness.Measure(clip.ToMono().Channels[0], clip.SampleRate) - Loudness.Measure(prepared, codec.SampleRate);
        float recorded = (float)Math.Pow(10, offset / 10);
        TokenGrid<long> codes = encoder.Encode(prepared, cancellationToken: cancellationToken);
        return new Piece(name, key, codes, [.. powers.Select(power => power * recorded)]);
    }

    private async Task<string> KeyAsync(string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        byte[] content = await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
        string text = $"{Recipe} {encoder.GraphSha256} {Convert.ToHexStringLower(content)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
