using System.Collections.Immutable;

namespace VampNet.Checkpoints.Dac;

/// <summary>A compressed recording as descript-audio-codec 1.0.0 keeps it in a .dac file.</summary>
/// <remarks>Source: descript-audio-codec 1.0.0, <c>dac.model.base.DACFile</c>.</remarks>
/// <param name="Codes">Channels * C * T codes, frames fastest, then codebooks.</param>
/// <param name="Codebooks">C: codebooks of each frame.</param>
/// <param name="Channels">Channels of the recording, each coded by itself.</param>
/// <param name="InputLoudness">Loudness of the recording in LUFS before it was normalised: one number for all channels, or one for
/// each.</param>
/// <param name="OriginalLength">Samples of each channel, at <paramref name="SampleRate"/>.</param>
/// <param name="SampleRate">Samples per second of the recording, which need not be the codec's.</param>
/// <param name="ChunkLength">Frames that were coded, and are decoded, at a time.</param>
/// <param name="IsPadded">Whether the codec's convolutions pad: true where the recording is one chunk, false where it was coded in windows
/// that overlap.</param>
public sealed record DacFile(
    ImmutableArray<ushort> Codes,
    int Codebooks,
    int Channels,
    ImmutableArray<float> InputLoudness,
    long OriginalLength,
    int SampleRate,
    int ChunkLength,
    bool IsPadded
)
{
    /// <summary>The only version of the format.</summary>
    public const string Version = "1.0.0";

    /// <summary>T: frames of each channel, in all chunks together.</summary>
    public int Frames => Codes.Length / (Channels * Codebooks);
}
