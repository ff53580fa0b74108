namespace VampNet.Runtime;

/// <summary>The stable ids of this project's errors; docs/errors/runtime.md has their usual causes.</summary>
public static class RuntimeErrorIds
{
    /// <summary>No such audio file.</summary>
    public const string AudioMissing = "VNR0100";

    /// <summary>A file that does not begin as RIFF WAVE.</summary>
    public const string NotAWaveFile = "VNR0101";

    /// <summary>A WAVE file that ends before its lengths say.</summary>
    public const string WaveCut = "VNR0102";

    /// <summary>A WAVE format that contradicts itself.</summary>
    public const string WaveContradicts = "VNR0103";

    /// <summary>A WAVE codec other than PCM of 8 to 32 bits or float of 32 or 64.</summary>
    public const string WaveCodecUnsupported = "VNR0104";

    /// <summary>An audio file without a frame of sound.</summary>
    public const string NoSound = "VNR0105";

    /// <summary>More audio than a WAVE file can hold.</summary>
    public const string TooLongForWave = "VNR0106";

    /// <summary>A file other than WAVE, FLAC, MP3, Ogg Vorbis and AIFF, and no ffmpeg on the PATH.</summary>
    public const string FfmpegMissing = "VNR0107";

    /// <summary>Ffmpeg does not start, or refuses the file or a part of it.</summary>
    public const string FfmpegFailed = "VNR0108";

    /// <summary>Samples that are NaN, infinite, or too large for their power to be measured (over 1e15, where 1 is full scale).</summary>
    public const string SampleNotFinite = "VNR0110";

    /// <summary>Too short for one sample at the codec's rate.</summary>
    public const string TooShort = "VNR0111";

    /// <summary>No sample differs from the next: silence, or one value throughout.</summary>
    public const string Silent = "VNR0112";

    /// <summary>A FLAC, MP3, Ogg Vorbis or AIFF file that ends early; the message names the part and its byte.</summary>
    public const string AudioCut = "VNR0113";

    /// <summary>A FLAC, MP3, Ogg Vorbis or AIFF file that contradicts its format or its checksums; the message names the byte.</summary>
    public const string AudioDamaged = "VNR0114";

    /// <summary>A part of a recording whose times are out of order or outside it.</summary>
    public const string PartOutside = "VNR0115";

    /// <summary>Ffmpeg does not start, or does not write the file.</summary>
    public const string FfmpegCannotWrite = "VNR0116";

    /// <summary>More than five channels in a recording for a .dac file.</summary>
    public const string TooManyChannels = "VNR0117";

    /// <summary>More than 512 MiB of sound in a pipe.</summary>
    public const string PipeTooLong = "VNR0118";

    /// <summary>Windows so short that a DAC codec's convolutions leave nothing.</summary>
    public const string WindowTooShort = "VNR0177";

    /// <summary>Something other than 0 and 1 in a mask.</summary>
    public const string MaskMalformed = "VNR0201";

    /// <summary>A mask of another size than the codes.</summary>
    public const string MaskSize = "VNR0202";

    /// <summary>A line of a list of times that is no number of seconds.</summary>
    public const string TimeMalformed = "VNR0203";

    /// <summary>A list of times without any.</summary>
    public const string TimesMissing = "VNR0204";

    /// <summary>A code that no codebook holds.</summary>
    public const string CodeOutOfRange = "VNR0205";

    /// <summary>Codes of another number of codebooks.</summary>
    public const string CodebookCount = "VNR0206";

    /// <summary>A .dac file whose codes decode to fewer samples than its recording had, or whose windows are too short to decode.</summary>
    public const string DacTooShort = "VNR0207";

    /// <summary>A control signal that the models do not have, or of another width or number of frames than they and the input ask
    /// for.</summary>
    public const string ControlMismatch = "VNR0208";

    /// <summary>No such model or folder.</summary>
    public const string ModelMissing = "VNR0301";

    /// <summary>A graph that ONNX Runtime cannot load.</summary>
    public const string GraphDoesNotLoad = "VNR0302";

    /// <summary>A provider that this machine or build lacks.</summary>
    public const string ProviderUnavailable = "VNR0303";

    /// <summary>A graph with other inputs or outputs.</summary>
    public const string OtherGraph = "VNR0304";

    /// <summary>A graph without its configuration.</summary>
    public const string ConfigurationMissing = "VNR0305";

    /// <summary>Models that were not made for each other.</summary>
    public const string ModelsDoNotMatch = "VNR0306";

    /// <summary>A model that fails while it runs.</summary>
    public const string RunFailed = "VNR0308";

    /// <summary>An option that the provider does not have, or a value it does not take.</summary>
    public const string ProviderOptionUnknown = "VNR0309";

    /// <summary>Top-k or typical filtering asked of step graphs.</summary>
    public const string StepGraphLacksOption = "VNR0310";

    /// <summary>A step graph for another transformer.</summary>
    public const string StepGraphMismatch = "VNR0311";

    /// <summary>Logits that are NaN or infinite.</summary>
    public const string LogitsNotFinite = "VNR0401";

    /// <summary>Saved settings that do not parse.</summary>
    public const string SettingsUnreadable = "VNR0501";

    /// <summary>Saved settings used with another input, other models or another number of threads.</summary>
    public const string SettingsOfAnotherRun = "VNR0502";

    /// <summary>Saved settings with a number out of its range; all of them are listed.</summary>
    public const string SettingOutOfRange = "VNR0503";

    /// <summary>An output that would not fit into memory.</summary>
    public const string OutputTooLarge = "VNR0504";
}
