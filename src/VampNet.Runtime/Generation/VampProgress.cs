namespace VampNet.Runtime.Generation;

/// <summary>The progress of a vamp.</summary>
/// <param name="Stage">The part under way.</param>
/// <param name="Chunk">The chunk under way, from 1. Feedback passes count their chunks on.</param>
/// <param name="Chunks">Chunks of this stage in all.</param>
/// <param name="Step">Steps done in this chunk.</param>
/// <param name="Steps">Steps of each chunk.</param>
public readonly record struct VampProgress(VampStage Stage, int Chunk, int Chunks, int Step, int Steps);
