using VampNet.Runtime;
using VampNet.Runtime.Randomness;
using VampNet.Training.Data;

namespace VampNet.Training.Tests;

/// <summary>Pieces of made-up codes for the golden models: 14 codebooks of 64.</summary>
internal static class SyntheticCorpus
{
    public const int Codebooks = 14,
        Vocabulary = 64;

    public static readonly TokenRate Rate = new(44100, 768);

    /// <summary>The power of a sound at about -20 LUFS.</summary>
    public const float Loud = 0.0117f;

    public static Corpus Of(params IEnumerable<Piece> pieces) => new([.. pieces], [], Rate);

    public static Corpus OfPieces(int count, int frames) =>
        Of(Enumerable.Range(0, count).Select(i => Piece($"piece{i}.wav", frames, seed: (ulong)i)));

    public static Piece Piece(string name, int frames, ulong seed, float power = Loud)
    {
        var draws = new SeededDraws(seed);
        TokenGrid<long> codes = new(1, Codebooks, frames);
        for (int i = 0; i < codes.Values.Length; i++)
        {
            // A loop of eight frames: something to learn.
            codes.Values[i] = i % 8 == 0 ? draws.NextInteger(Vocabulary) : codes.Values[i - (i % 8)];
        }

        return new Piece(name, $"key of {name} {seed}", codes, [.. Enumerable.Repeat(power, frames)]);
    }
}
