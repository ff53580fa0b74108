using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VampNet.Runtime;

namespace VampNet.Training.Data;

/// <summary>The encoded recordings of a folder.</summary>
/// <param name="Pieces">The usable pieces, ordered by name, without duplicates.</param>
/// <param name="Skipped">The recordings that cannot be used, with the reason.</param>
/// <param name="Rate">Frames per second.</param>
public sealed record Corpus(ImmutableArray<Piece> Pieces, ImmutableArray<SkippedRecording> Skipped, TokenRate Rate)
{
    /// <summary>SHA-256 over the keys of all pieces, which identifies the training data of a run.</summary>
    public string Fingerprint { get; } =
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Pieces.Select(piece => piece.Key).Order(StringComparer.Ordinal))))
        );
}

/// <summary>A recording that is not trained on.</summary>
/// <param name="Name">The file's path within its folder.</param>
/// <param name="Reason">Reason why it is not used, one sentence.</param>
public sealed record SkippedRecording(string Name, string Reason);
