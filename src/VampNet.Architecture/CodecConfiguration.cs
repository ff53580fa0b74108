using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture;

/// <summary>
/// The shape of a LAC codec, read from a checkpoint's <c>metadata.kwargs</c>. Immutable; equal when every number is equal.
/// Source: hugofloresgarcia/lac 7761206, <c>LAC.__init__</c>.
/// </summary>
public sealed record CodecConfiguration
{
    // Keeps every weight's element count, at most width * width * kernel, within an array's length.
    private const int MaxWidth = 4096;

    /// <summary>Samples per second (<c>sample_rate</c>).</summary>
    public required int SampleRate { get; init; }

    /// <summary>Channels after the encoder's first convolution (<c>encoder_dim</c>); doubled by every encoder rate.</summary>
    public required int EncoderDim { get; init; }

    /// <summary>The downsampling stride of each encoder block (<c>encoder_rates</c>); even.</summary>
    public required ImmutableArray<int> EncoderRates { get; init; }

    /// <summary>Channels after the decoder's first convolution (<c>decoder_dim</c>); halved by every decoder rate.</summary>
    public required int DecoderDim { get; init; }

    /// <summary>The upsampling stride of each decoder block (<c>decoder_rates</c>); even.</summary>
    public required ImmutableArray<int> DecoderRates { get; init; }

    /// <summary>The number of residual codebooks C (<c>n_codebooks</c>).</summary>
    public required int Codebooks { get; init; }

    /// <summary>The number of entries V of each codebook (<c>codebook_size</c>).</summary>
    public required int CodebookSize { get; init; }

    /// <summary>The width of one codebook's rows (<c>codebook_dim</c>).</summary>
    public required int CodebookDim { get; init; }

    /// <summary>The number of channels between encoder, quantizer and decoder: encoder_dim doubled once per encoder rate.</summary>
    public int LatentDim => EncoderDim << EncoderRates.Length;

    /// <summary>Samples per token frame: the product of the rates.</summary>
    public int HopLength => DecoderRates.Aggregate(1, (product, rate) => product * rate);

    /// <summary>Reads the configuration of a codec from a checkpoint's metadata.</summary>
    /// <param name="metadata">The checkpoint's metadata: a mapping that holds <c>kwargs</c>.</param>
    /// <param name="name">What to call the checkpoint in messages, such as its path.</param>
    /// <param name="ignoredKeys">The keys of <c>kwargs</c> that say nothing about the codec's function, in file order.</param>
    /// <exception cref="ArchitectureException">VNA0101 to VNA0104: no kwargs; keys are missing, malformed or contradictory.</exception>
    public static CodecConfiguration FromMetadata(MetadataValue metadata, string name, out ImmutableArray<string> ignoredKeys)
    {
        KwargsReader kwargs = KwargsReader.Open(metadata, name, "LAC codec");
        var configuration = new CodecConfiguration
        {
            SampleRate = kwargs.Integer("sample_rate", 1, 1 << 24),
            EncoderDim = kwargs.Integer("encoder_dim", 1, MaxWidth),
            EncoderRates = kwargs.IntegerList("encoder_rates", 1, 64),
            DecoderDim = kwargs.Integer("decoder_dim", 1, MaxWidth),
            DecoderRates = kwargs.IntegerList("decoder_rates", 1, 64),
            Codebooks = kwargs.Integer("n_codebooks", 1, 1024),
            CodebookSize = kwargs.Integer("codebook_size", 1, 1 << 17),
            CodebookDim = kwargs.UniformInteger("codebook_dim", 1, 16384),
        };
        ignoredKeys = kwargs.Finish();
        configuration.Validate(kwargs);
        return configuration;
    }

    /// <summary>Reads the configuration of a codec from a checkpoint's metadata.</summary>
    /// <inheritdoc cref="FromMetadata(MetadataValue, string, out ImmutableArray{string})"/>
    public static CodecConfiguration FromMetadata(MetadataValue metadata) => FromMetadata(metadata, "checkpoint", out _);

    /// <summary>The configuration as compact JSON with upstream's key names, in a fixed order: equal configurations give equal
    /// bytes.</summary>
    public string ToJson() =>
        CanonicalJson.Write(json =>
        {
            json.WriteNumber("sample_rate", SampleRate);
            json.WriteNumber("encoder_dim", EncoderDim);
            WriteRates("encoder_rates", EncoderRates);
            json.WriteNumber("decoder_dim", DecoderDim);
            WriteRates("decoder_rates", DecoderRates);
            json.WriteNumber("n_codebooks", Codebooks);
            json.WriteNumber("codebook_size", CodebookSize);
            json.WriteNumber("codebook_dim", CodebookDim);

            void WriteRates(string key, ImmutableArray<int> rates)
            {
                json.WriteStartArray(key);
                foreach (int rate in rates)
                {
                    json.WriteNumberValue(rate);
                }

                json.WriteEndArray();
            }
        });

    /// <inheritdoc/>
    public bool Equals(CodecConfiguration? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    private void Validate(KwargsReader kwargs)
    {
        if (EncoderRates.Concat(DecoderRates).FirstOrDefault(rate => rate % 2 != 0) is int odd and not 0)
        {
            throw kwargs.Contradiction($"the odd rate {odd}", "even rates, or T frames would not be exactly T hops of audio");
        }

        long encoderHop = Product(EncoderRates);
        long decoderHop = Product(DecoderRates);
        if (encoderHop != decoderHop || decoderHop > 1 << 24)
        {
            throw kwargs.Contradiction(
                $"encoder_rates [{string.Join(", ", EncoderRates)}] with decoder_rates [{string.Join(", ", DecoderRates)}]",
                $"equal products of at most {1 << 24}, or a code would not stand for the same samples on both sides"
            );
        }

        if (DecoderDim % (1 << DecoderRates.Length) != 0)
        {
            throw kwargs.Contradiction(
                $"decoder_dim {DecoderDim} with {DecoderRates.Length} decoder rates",
                "decoder_dim to be halvable once per decoder rate"
            );
        }

        if ((long)EncoderDim << EncoderRates.Length > MaxWidth)
        {
            throw kwargs.Contradiction($"encoder_dim {EncoderDim} doubled {EncoderRates.Length} times", $"at most {MaxWidth} channels");
        }
    }

    private static long Product(ImmutableArray<int> rates) =>
        rates.Aggregate(1L, (product, rate) => product > 1 << 24 ? product : product * rate);
}
