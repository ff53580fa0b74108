namespace VampNet.Export;

/// <summary>The stable ids of this project's errors. 01: the request; 02: writing.</summary>
public static class ExportErrorIds
{
    /// <summary>A checkpoint that was named, or that the folder should hold, does not exist.</summary>
    public const string CheckpointMissing = "VNE0101";

    /// <summary>No codec was named: its codebooks are part of every transformer.</summary>
    public const string CodecMissing = "VNE0102";

    /// <summary>The output folder holds something that is not an earlier export.</summary>
    public const string FolderOccupied = "VNE0103";

    /// <summary>No fine-tuned model of that name or path.</summary>
    public const string FineTunedMissing = "VNE0107";

    /// <summary>A codec with fewer codebooks was requested together with a transformer.</summary>
    public const string CodebooksWithTransformer = "VNE0106";

    /// <summary>The volume has too little space for the graphs.</summary>
    public const string DiskFull = "VNE0201";

    /// <summary>The output could not be written.</summary>
    public const string WriteFailed = "VNE0202";

    /// <summary>A graph read back from disk is not what was written.</summary>
    public const string VerificationFailed = "VNE0203";

    /// <summary>A graph that is not an exported transformer, where a step graph was requested.</summary>
    public const string NotATransformer = "VNE0108";
}
