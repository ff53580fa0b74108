using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>Recognizes the model family of a checkpoint by the names of its tensors.</summary>
public static class ModelFamilies
{
    // The rules that map tensor names to families. The first rule that any tensor fulfils decides; SNAC comes before DAC, whose names it
    // mostly shares.
    private static readonly (ModelFamily Family, Func<string, bool> Says)[] Rules =
    [
        (ModelFamily.XTransformers, name => Has(name, "attn_layers.layers.")),
        (ModelFamily.EnCodec, name => Has(name, "quantizer.vq.layers.") || Has(name, "_codebook.embed") || Has(name, ".codebook.embed")),
        (ModelFamily.Snac, name => Starts(name, "decoder.model.1.weight") || Starts(name, "decoder.model.1.parametrizations.")),
        (ModelFamily.Lac, name => Starts(name, "decoder.model.1.block.2.mrf_blocks.")),
        (ModelFamily.Dac, name => Starts(name, "decoder.model.1.block.2.block.")),
        (ModelFamily.DacModel, name => Starts(name, "decoder.block.0.conv_t1.")),
        (ModelFamily.VampNet, name => name == "embedding.special.MASK" || Starts(name, "transformer.layers.0.norm_1.")),
    ];

    /// <summary>The family of an open checkpoint; <see cref="ModelFamily.Unknown"/> if no tensor identifies it.</summary>
    public static ModelFamily Identify(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Recognise(checkpoint).Family;
    }

    /// <summary>Name of a family in messages, with its article.</summary>
    public static string Describe(ModelFamily family) =>
        family switch
        {
            ModelFamily.VampNet => "a VampNet transformer",
            ModelFamily.Lora => "LoRA tensors of a VampNet transformer",
            ModelFamily.Lac => "a LAC codec",
            ModelFamily.Dac => "a DAC codec",
            ModelFamily.DacModel => "a DAC codec of Hugging Face's transformers (DacModel)",
            ModelFamily.EnCodec => "an EnCodec model",
            ModelFamily.Snac => "a SNAC codec",
            ModelFamily.XTransformers => "a transformer of the x-transformers library",
            _ => "a model of no known family",
        };

    /// <summary>Whether the family is a codec that can be converted.</summary>
    public static bool IsCodec(this ModelFamily family) => family is ModelFamily.Lac or ModelFamily.Dac or ModelFamily.DacModel;

    /// <summary>Refuses a checkpoint that clearly holds something else than a codec. An unknown family passes: binding will judge
    /// it.</summary>
    /// <exception cref="ArchitectureException">VNA0204.</exception>
    internal static ModelFamily RequireCodec(Checkpoint checkpoint)
    {
        (ModelFamily family, string witness) = Recognise(checkpoint);
        return family is ModelFamily.Unknown || family.IsCodec() ? family : throw Refuse(checkpoint, family, witness, "a LAC or DAC codec");
    }

    /// <summary>Refuses a checkpoint that clearly holds something else than a VampNet transformer.</summary>
    /// <exception cref="ArchitectureException">VNA0204.</exception>
    internal static void RequireTransformer(Checkpoint checkpoint)
    {
        (ModelFamily family, string witness) = Recognise(checkpoint);
        if (family is not (ModelFamily.Unknown or ModelFamily.VampNet))
        {
            throw Refuse(checkpoint, family, witness, "a VampNet transformer: a coarse or coarse-to-fine model");
        }
    }

    private static (ModelFamily Family, string Witness) Recognise(Checkpoint checkpoint)
    {
        if (checkpoint.TensorList.Length > 0 && checkpoint.TensorList.All(tensor => IsLora(tensor.Name)))
        {
            return (ModelFamily.Lora, checkpoint.TensorList[0].Name);
        }

        foreach ((ModelFamily family, Func<string, bool> says) in Rules)
        {
            if (checkpoint.TensorList.FirstOrDefault(tensor => says(tensor.Name)) is { Name: var name })
            {
                return (family, name);
            }
        }

        return (ModelFamily.Unknown, "");
    }

    private static ArchitectureException Refuse(Checkpoint checkpoint, ModelFamily family, string witness, string expected) =>
        new(
            ArchitectureErrorIds.OtherFamily,
            found: $"{Describe(family)} in {checkpoint.Path}: it has the tensor {witness}",
            expected: $"{expected}",
            advice: $"{Advise(family)}"
        );

    // Advice for a user with a file of this family.
    private static string Advise(ModelFamily family) =>
        family switch
        {
            ModelFamily.EnCodec =>
                "EnCodec has another encoder, decoder and codebook search; it cannot be converted. Give a LAC or DAC checkpoint.",
            ModelFamily.Snac =>
                "SNAC's codebooks run at different rates and its decoder adds noise; it cannot be converted. Give a LAC or DAC checkpoint.",
            ModelFamily.XTransformers =>
                "Forks that replace VampNet's transformer by x-transformers cannot be converted. Give a checkpoint of "
                    + "upstream's VampNet class.",
            ModelFamily.Lora => "Give the base model here, and this file by --lora.",
            _ => "Exchange the files, or name the right one.",
        };

    private static bool IsLora(string name) =>
        name.EndsWith(".lora_A", StringComparison.Ordinal) || name.EndsWith(".lora_B", StringComparison.Ordinal);

    private static bool Has(string name, string part) => name.Contains(part, StringComparison.Ordinal);

    private static bool Starts(string name, string part) => name.StartsWith(part, StringComparison.Ordinal);
}
