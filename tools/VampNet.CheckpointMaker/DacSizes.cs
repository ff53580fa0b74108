using System.Collections.Immutable;
using VampNet.Architecture;

namespace VampNet.CheckpointMaker;

/// <summary>The shapes of the DAC codecs that descript released. Source: descript-audio-codec 1.0.0, <c>conf/final</c>.</summary>
public static class DacSizes
{
    private const int WidestLatent = 1024;

    /// <summary>Each shape by the name that <c>--size</c> gives it.</summary>
    public static ImmutableSortedDictionary<string, CodecConfiguration> All { get; } =
        new Dictionary<string, CodecConfiguration>
        {
            ["dac-44khz"] = Of(44100, [2, 4, 8, 8], 9, WidestLatent),
            ["dac-44khz-16kbps"] = Of(44100, [2, 4, 8, 8], 18, 128),
            ["dac-24khz"] = Of(24000, [2, 4, 5, 8], 32, WidestLatent),
            ["dac-16khz"] = Of(16000, [2, 4, 5, 8], 12, WidestLatent),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static CodecConfiguration Of(int sampleRate, ImmutableArray<int> rates, int codebooks, int latent) =>
        new()
        {
            Family = CodecFamily.Dac,
            LatentDim = latent,
            SampleRate = sampleRate,
            EncoderDim = 64,
            EncoderRates = rates,
            DecoderDim = 1536,
            DecoderRates = [.. Enumerable.Reverse(rates)],
            Codebooks = codebooks,
            CodebookSize = 1024,
            CodebookDim = 8,
        };
}
