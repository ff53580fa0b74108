using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Runtime.Models;

namespace VampNet.Runtime.Codec;

/// <summary>The properties of a LAC or DAC codec that the runtime needs, read from its exported graphs.</summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Codebooks">C: codebooks of each token frame.</param>
/// <param name="CodebookSize">V: codes are 0 to V - 1.</param>
/// <param name="EncoderRates">The encoder's strides, first to last.</param>
/// <param name="DecoderRates">The decoder's strides, first to last; their product is the hop.</param>
/// <param name="IsDac">Whether this is a plain DAC codec, whose strides may be odd; otherwise LAC.</param>
public sealed record CodecProperties(
    int SampleRate,
    int Codebooks,
    int CodebookSize,
    ImmutableArray<int> EncoderRates,
    ImmutableArray<int> DecoderRates,
    bool IsDac = false
)
{
    /// <summary>Samples in one token frame.</summary>
    public int HopLength => DecoderRates.Aggregate(1, (product, rate) => product * rate);

    /// <summary>Frames per second.</summary>
    public TokenRate Rate => new(SampleRate, HopLength);

    /// <summary>Samples by which T frames decode to fewer than T * hop: a decoder block of odd stride s makes s * N - 1 samples of N, and
    /// later blocks multiply what is missing. 0 when all strides are even.</summary>
    public int MissingSamples => DecoderRates.Aggregate(0, (missing, rate) => (missing * rate) + (rate % 2));

    internal static CodecProperties FromJson(JsonElement json)
    {
        bool isDac = json.TryGetProperty("codec", out JsonElement codec) && codec.GetString() == "dac";
        CodecProperties configuration = new(
            json.Number("sample_rate"),
            json.Number("n_codebooks"),
            json.Number("codebook_size"),
            json.Rates("encoder_rates", isDac),
            json.Rates("decoder_rates", isDac),
            isDac
        );
        return configuration.EncoderRates.Aggregate(1, (product, rate) => product * rate) == configuration.HopLength
            ? configuration
            : throw new FormatException("The encoder's and the decoder's rates have different products.");
    }

    /// <inheritdoc/>
    public bool Equals(CodecProperties? other) =>
        other is not null
        && (SampleRate, Codebooks, CodebookSize, IsDac) == (other.SampleRate, other.Codebooks, other.CodebookSize, other.IsDac)
        && EncoderRates.SequenceEqual(other.EncoderRates)
        && DecoderRates.SequenceEqual(other.DecoderRates);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SampleRate, Codebooks, CodebookSize, HopLength);
}
