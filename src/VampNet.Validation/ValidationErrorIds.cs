namespace VampNet.Validation;

/// <summary>The stable ids of this project's errors; docs/errors/validation.md has their usual causes.</summary>
public static class ValidationErrorIds
{
    /// <summary>A verification report, or verdicts.json, that cannot be read.</summary>
    public const string ReportUnreadable = "VNV0103";

    /// <summary>An output of another shape than the reference's.</summary>
    public const string OutputShape = "VNV0203";

    /// <summary>A folder without a manifest.</summary>
    public const string ManifestMissing = "VNV0301";

    /// <summary>Files that are missing, or differ from those the manifest lists; all are listed.</summary>
    public const string FilesChanged = "VNV0302";

    /// <summary>A checkpoint other than the one a graph was exported from.</summary>
    public const string CheckpointDiffers = "VNV0303";

    /// <summary>A model that has no TorchSharp module.</summary>
    public const string ModelUnknown = "VNV0304";

    /// <summary>Codes, or a codec, of another codec than a graph's.</summary>
    public const string CodecDiffers = "VNV0321";

    /// <summary>Codes that are masked or beyond a transformer's vocabulary.</summary>
    public const string CodesBeyondVocabulary = "VNV0322";
}
