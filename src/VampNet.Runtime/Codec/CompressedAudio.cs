namespace VampNet.Runtime.Codec;

/// <summary>A recording as codes of a plain DAC codec, and what gives it back its length, sample rate and loudness.</summary>
/// <param name="Codes">[channels,C,T]: each channel is coded by itself.</param>
/// <param name="Loudness">LUFS before normalisation: one number for all channels, or one for each.</param>
/// <param name="Length">Samples of each channel at <paramref name="SampleRate"/>, at least 1.</param>
/// <param name="SampleRate">Samples per second of the recording, which need not be the codec's.</param>
/// <param name="ChunkFrames">Frames that are decoded by themselves; the recording's own number of frames where it is one chunk.</param>
/// <param name="IsPadded">Whether the codec's convolutions pad the ends of a chunk with zeros. Otherwise chunks are windows that overlap,
/// and decode to fewer samples.</param>
public sealed record CompressedAudio(
    TokenGrid<long> Codes,
    IReadOnlyList<float> Loudness,
    int Length,
    int SampleRate,
    int ChunkFrames,
    bool IsPadded
);
