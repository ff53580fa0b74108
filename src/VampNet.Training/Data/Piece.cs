using VampNet.Runtime;

namespace VampNet.Training.Data;

/// <summary>A recording as codes.</summary>
/// <param name="Name">The file's path within its folder, with forward slashes.</param>
/// <param name="Key">SHA-256 of the file and the codec together: equal keys, equal codes.</param>
/// <param name="Codes">[1, C, T], every codebook of the codec.</param>
/// <param name="FramePowers">The K-weighted power of each of the T frames as recorded, before the loudness was normalised.</param>
public sealed record Piece(string Name, string Key, TokenGrid<long> Codes, IReadOnlyList<float> FramePowers);
