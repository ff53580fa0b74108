namespace VampNet.Export;

/// <summary>The progress of an export.</summary>
/// <param name="Stage">Stage of the export.</param>
/// <param name="File">The output file concerned; null where the stage concerns none.</param>
/// <param name="BytesDone">Bytes of weights written so far, over all files.</param>
/// <param name="BytesTotal">Bytes of weights to write, over all files; 0 while binding.</param>
public readonly record struct ExportProgress(ExportStage Stage, string? File, long BytesDone, long BytesTotal);
