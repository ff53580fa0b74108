namespace VampNet.Training.Data;

/// <summary>The progress of encoding a folder of recordings.</summary>
/// <param name="Done">The files that are done.</param>
/// <param name="Total">All files.</param>
/// <param name="Name">The file that is encoded now; empty when all are done.</param>
public readonly record struct CorpusProgress(int Done, int Total, string Name);
