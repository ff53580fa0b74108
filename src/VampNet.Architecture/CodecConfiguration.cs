using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Architecture.Binding;
using VampNet.Checkpoints.Metadata;

namespace VampNet.Architecture;

/// <summary>
/// The shape of a LAC or DAC codec, read from a checkpoint's <c>metadata.kwargs</c>. Immutable; equal when every number is equal.
/// Source: hugofloresgarcia/lac 7761206, <c>LAC.__init__</c>; descriptinc/descript-audio-codec 1.0.0, <c>DAC.__init__</c>.
/// </summary>
public sealed record CodecConfiguration
{
    // Keeps every weight's element count, at most width * width * kernel, within an array's length.
    private const int MaxWidth = 4096;

    /// <summary>The kind of codec; LAC unless stated.</summary>
    public CodecFamily Family { get; init; } = CodecFamily.Lac;

    /// <summary>Samples per second (<c>sample_rate</c>).</summary>
    public required int SampleRate { get; init; }

    /// <summary>Channels after the encoder's first convolution (<c>encoder_dim</c>); doubled by every encoder rate.</summary>
    public required int EncoderDim { get; init; }

    /// <summary>The downsampling stride of each encoder block (<c>encoder_rates</c>); even for LAC, at least 2 for DAC.</summary>
    public required ImmutableArray<int> EncoderRates { get; init; }

    /// <summary>Channels after the decoder's first convolution (<c>decoder_dim</c>); halved by every decoder rate.</summary>
    public required int DecoderDim { get; init; }

    /// <summary>The upsampling stride of each decoder block (<c>decoder_rates</c>); even for LAC, at least 2 for DAC.</summary>
    public required ImmutableArray<int> DecoderRates { get; init; }

    /// <summary>The number of residual codebooks C (<c>n_codebooks</c>).</summary>
    public required int Codebooks { get; init; }

    /// <summary>The number of entries V of each codebook (<c>codebook_size</c>).</summary>
    public required int CodebookSize { get; init; }

    /// <summary>The width of one codebook's rows (<c>codebook_dim</c>).</summary>
    public required int CodebookDim { get; init; }

    /// <summary>Channels after the encoder's last block: encoder_dim doubled once per encoder rate.</summary>
    public int EncoderWidth => EncoderDim << EncoderRates.Length;

    /// <summary>The number of channels between encoder, quantizer and decoder (DAC's <c>latent_dim</c>); <see cref="EncoderWidth"/> unless
    /// stated.</summary>
    public int LatentDim
    {
        get => field > 0 ? field : EncoderWidth;
        init;
    }

    /// <summary>Samples per token frame: the product of the rates.</summary>
    public int HopLength => DecoderRates.Aggregate(1, (product, rate) => product * rate);

    /// <summary>
    /// Samples by which T frames decode to fewer than T * hop: each decoder block of odd stride s makes s * N - 1 samples of N, and every
    /// later block multiplies what is missing. 0 when all rates are even.
    /// </summary>
    public int MissingSamples => DecoderRates.Aggregate(0, (missing, rate) => (missing * rate) + (rate % 2));

    /// <summary>The number of samples that the decoder makes of some token frames.</summary>
    /// <param name="frames">T, at least 1.</param>
    public long DecodedSamples(int frames) => ((long)frames * HopLength) - MissingSamples;

    /// <summary>Reads the configuration of a LAC codec from a checkpoint's metadata.</summary>
    /// <inheritdoc cref="FromMetadata(MetadataValue, string, CodecFamily, out ImmutableArray{string})"/>
    public static CodecConfiguration FromMetadata(MetadataValue metadata, string name, out ImmutableArray<string> ignoredKeys) =>
        FromMetadata(metadata, name, CodecFamily.Lac, out ignoredKeys);

    /// <summary>Reads the configuration of a codec from a checkpoint's metadata.</summary>
    /// <param name="metadata">The checkpoint's metadata: a mapping that holds <c>kwargs</c>.</param>
    /// <param name="name">Name of the checkpoint in messages, such as its path.</param>
    /// <param name="family">The kind of codec.</param>
    /// <param name="ignoredKeys">The keys of <c>kwargs</c> that say nothing about the codec's function, in file order.</param>
    /// <exception cref="ArchitectureException">VNA0101 to VNA0104: no kwargs; keys are missing, malformed or contradictory.</exception>
    public static CodecConfiguration FromMetadata(
        MetadataValue metadata,
        string name,
        CodecFamily family,
        out ImmutableArray<string> ignoredKeys
    )
    {
        KwargsReader kwargs = KwargsReader.Open(metadata, name, family == CodecFamily.Dac ? "DAC codec" : "LAC codec");
        return Read(kwargs, family, out ignoredKeys);
    }

    /// <summary>Reads the configuration of a DAC codec that Hugging Face's transformers saved.</summary>
    /// <param name="json">The contents of <c>config.json</c>.</param>
    /// <param name="place">The file's path, for messages.</param>
    /// <param name="ignoredKeys">The keys that say nothing about the codec's function.</param>
    /// <exception cref="ArchitectureException">VNA0102 to VNA0104: keys are missing, malformed or contradictory.</exception>
    internal static CodecConfiguration FromDacModel(JsonElement json, string place, out ImmutableArray<string> ignoredKeys) =>
        Read(DacModelSettings.Open(json, place), CodecFamily.Dac, out ignoredKeys);

    private static CodecConfiguration Read(KwargsReader kwargs, CodecFamily family, out ImmutableArray<string> ignoredKeys)
    {
        var configuration = new CodecConfiguration
        {
            Family = family,
            LatentDim = family == CodecFamily.Dac ? kwargs.OptionalInteger("latent_dim", 0, 1, MaxWidth) : 0,
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

    /// <summary>Reads the configuration of a LAC codec from a checkpoint's metadata.</summary>
    /// <inheritdoc cref="FromMetadata(MetadataValue, string, CodecFamily, out ImmutableArray{string})"/>
    public static CodecConfiguration FromMetadata(MetadataValue metadata) => FromMetadata(metadata, "checkpoint", out _);

    /// <summary>The configuration as compact JSON with upstream's key names, in a fixed order: equal configurations give equal
    /// bytes. DAC's begins with <c>"codec":"dac"</c> and states <c>latent_dim</c>; LAC's has neither.</summary>
    public string ToJson() =>
        CanonicalJson.Write(json =>
        {
            if (Family == CodecFamily.Dac)
            {
                json.WriteString("codec", "dac");
                json.WriteNumber("latent_dim", LatentDim);
            }

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
        IEnumerable<int> rates = EncoderRates.Concat(DecoderRates);
        if (Family == CodecFamily.Lac && rates.FirstOrDefault(rate => rate % 2 != 0) is int odd and not 0)
        {
            throw kwargs.Contradiction($"the odd rate {odd}", "even rates, or T frames would not be exactly T hops of audio");
        }

        if (rates.Contains(1))
        {
            throw kwargs.Contradiction("the rate 1", "rates of at least 2, or a block would lose samples without making any");
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
