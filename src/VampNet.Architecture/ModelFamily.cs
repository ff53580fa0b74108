namespace VampNet.Architecture;

/// <summary>The kinds of model that a checkpoint may hold, as far as its tensors' names tell.</summary>
public enum ModelFamily
{
    /// <summary>None that is known here.</summary>
    Unknown,

    /// <summary>A VampNet transformer, coarse or coarse-to-fine.</summary>
    VampNet,

    /// <summary>LoRA tensors alone, to lay over a VampNet transformer.</summary>
    Lora,

    /// <summary>The LAC codec.</summary>
    Lac,

    /// <summary>A plain DAC codec as descript-audio-codec saves it.</summary>
    Dac,

    /// <summary>A plain DAC codec as Hugging Face's transformers saves it: <c>DacModel</c>.</summary>
    DacModel,

    /// <summary>An EnCodec model, which cannot be converted.</summary>
    EnCodec,

    /// <summary>A SNAC codec, which cannot be converted.</summary>
    Snac,

    /// <summary>A transformer of the x-transformers library, which cannot be converted.</summary>
    XTransformers,
}
