namespace VampNet.Training.Data;

/// <summary>A recording that is not trained on.</summary>
/// <param name="Name">The file's path within its folder.</param>
/// <param name="Reason">Why not, one sentence.</param>
public sealed record SkippedRecording(string Name, string Reason);
