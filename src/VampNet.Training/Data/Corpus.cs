using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VampNet.Runtime;

namespace VampNet.Training.Data;

/// <summary>A folder of recordings as codes.</summary>
/// <param name="Pieces">What can be trained on, in the order of the names; no two of one content.</param>
/// <param name="Skipped">What cannot, and why.</param>
/// <param name="Rate">Frames per second.</param>
public sealed record Corpus(ImmutableArray<Piece> Pieces, ImmutableArray<SkippedRecording> Skipped, TokenRate Rate)
{
    /// <summary>SHA-256 over the keys of all pieces: what a run was trained on.</summary>
    public string Fingerprint { get; } =
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Pieces.Select(piece => piece.Key).Order(StringComparer.Ordinal))))
        );
}
