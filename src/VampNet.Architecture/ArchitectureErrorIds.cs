namespace VampNet.Architecture;

/// <summary>The stable ids of this project's errors; docs/errors/architecture.md has their usual causes.</summary>
public static class ArchitectureErrorIds
{
    /// <summary>No <c>metadata.kwargs</c>.</summary>
    public const string ConfigurationMissing = "VNA0101";

    /// <summary>Keys missing from <c>metadata.kwargs</c>.</summary>
    public const string ConfigurationIncomplete = "VNA0102";

    /// <summary>A value of the wrong kind or out of range.</summary>
    public const string SettingMalformed = "VNA0103";

    /// <summary>Values that contradict each other.</summary>
    public const string SettingsContradict = "VNA0104";

    /// <summary>A setting that upstream does not support either.</summary>
    public const string SettingUnsupported = "VNA0105";

    /// <summary>A DacModel of Hugging Face's transformers without a readable <c>config.json</c> beside it.</summary>
    public const string DacConfigurationUnreadable = "VNA0106";

    /// <summary>Tensors that are missing, unexpected, misshapen or mistyped; all are listed.</summary>
    public const string TensorsMismatch = "VNA0201";

    /// <summary>A coarse model where a coarse-to-fine one is expected, or the reverse.</summary>
    public const string RoleExchanged = "VNA0202";

    /// <summary>A codec that does not fit the transformer.</summary>
    public const string CodecMismatch = "VNA0203";

    /// <summary>A model of another family: EnCodec, SNAC, x-transformers, or a codec where a transformer is expected; the message names
    /// it.</summary>
    public const string OtherFamily = "VNA0204";

    /// <summary>Fewer codebooks than <c>--codebooks</c> asks for.</summary>
    public const string TooFewCodebooks = "VNA0205";

    /// <summary>A transformer whose attention is neither of the two kinds that upstream has; the message names its tensors.</summary>
    public const string AttentionUnknown = "VNA0206";

    /// <summary>A checkpoint that has next to none of the tensors that its own <c>metadata.kwargs</c> imply.</summary>
    public const string UnknownModel = "VNA0264";

    /// <summary>A weight-norm direction of length 0.</summary>
    public const string DirectionZero = "VNA0301";

    /// <summary>A bound tensor that the built model does not use.</summary>
    public const string TensorUnused = "VNA0302";
}
