using VampNet.Architecture;

namespace VampNet.CheckpointMaker;

/// <summary>The shapes of the three models of one system: they fit one another.</summary>
public sealed record ModelSizes(TransformerConfiguration Coarse, TransformerConfiguration CoarseToFine, CodecConfiguration Codec)
{
    /// <summary>The released models: 335,893,664 and 277,753,072 parameters, and the codec at 44.1 kHz with a hop of 768.</summary>
    public static ModelSizes Released { get; } =
        new(
            Transformer(layers: 20, heads: 20, width: 1280, codebooks: 4, conditioning: 0, vocabulary: 1024),
            Transformer(layers: 16, heads: 20, width: 1280, codebooks: 14, conditioning: 4, vocabulary: 1024),
            new CodecConfiguration
            {
                SampleRate = 44100,
                EncoderDim = 64,
                EncoderRates = [2, 6, 8, 8],
                DecoderDim = 1536,
                DecoderRates = [6, 4, 4, 2, 2, 2],
                Codebooks = 14,
                CodebookSize = 1024,
                CodebookDim = 8,
            }
        );

    /// <summary>Models of a few hundred kilobytes, of the shape of the golden files' micro models.</summary>
    public static ModelSizes Micro { get; } =
        new(
            Transformer(layers: 2, heads: 2, width: 32, codebooks: 4, conditioning: 0, vocabulary: 64),
            Transformer(layers: 2, heads: 2, width: 32, codebooks: 14, conditioning: 4, vocabulary: 64),
            new CodecConfiguration
            {
                SampleRate = 44100,
                EncoderDim = 4,
                EncoderRates = [2, 4, 8, 12],
                DecoderDim = 32,
                DecoderRates = [12, 8, 4, 2],
                Codebooks = 14,
                CodebookSize = 64,
                CodebookDim = 8,
            }
        );

    /// <summary>The same system with another number of layers in both transformers.</summary>
    public ModelSizes WithLayers(int layers) =>
        this with
        {
            Coarse = Coarse with { Layers = layers },
            CoarseToFine = CoarseToFine with { Layers = layers },
        };

    private static TransformerConfiguration Transformer(
        int layers,
        int heads,
        int width,
        int codebooks,
        int conditioning,
        int vocabulary
    ) =>
        new()
        {
            Layers = layers,
            Heads = heads,
            EmbeddingDim = width,
            Codebooks = codebooks,
            ConditioningCodebooks = conditioning,
            LatentDim = 8,
            VocabularySize = vocabulary,
        };
}
