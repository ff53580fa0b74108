namespace VampNet.Training;

/// <summary>The stable ids of this project's errors; docs/errors/training.md has their usual causes.</summary>
public static class TrainingErrorIds
{
    /// <summary>No folder of recordings.</summary>
    public const string FolderMissing = "VNT0101";

    /// <summary>A folder without recordings.</summary>
    public const string NoRecordings = "VNT0102";

    /// <summary>A folder in which no recording can be used.</summary>
    public const string NoUsableRecording = "VNT0103";

    /// <summary>No crop above the loudness cutoff.</summary>
    public const string AllTooQuiet = "VNT0104";

    /// <summary>A state that cannot be read.</summary>
    public const string StateUnreadable = "VNT0201";

    /// <summary>A resumed run with other options, checkpoints or recordings.</summary>
    public const string OptionsChanged = "VNT0202";

    /// <summary>A new run in a folder that already holds one.</summary>
    public const string RunExists = "VNT0203";

    /// <summary>A loss or a gradient that is NaN or infinite.</summary>
    public const string LossNotFinite = "VNT0301";

    /// <summary>A device that this build or machine does not have.</summary>
    public const string DeviceMissing = "VNT0501";

    /// <summary>A precision that the device does not compute in.</summary>
    public const string PrecisionMissing = "VNT0502";

    /// <summary>A teacher of other codebooks or another vocabulary than the new model.</summary>
    public const string TeacherMismatch = "VNT0401";
}
