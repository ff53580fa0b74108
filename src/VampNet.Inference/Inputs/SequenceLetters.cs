using System.Collections.Immutable;

namespace VampNet.Inference.Inputs;

/// <summary>Meaning of open axes, by the names that exporters give them.</summary>
internal static class SequenceLetters
{
    private static readonly ImmutableArray<string> SequenceWords = ["seq", "len", "time", "frame", "token", "sample", "width", "height"];

    private static readonly ImmutableArray<string> SequenceNames = ["T", "S", "L", "H", "W"];

    private static readonly ImmutableArray<string> BatchNames = ["B", "N", "b", "n", "bs"];

    /// <summary>Whether a letter counts what is in a row: frames, tokens, samples, pixels.</summary>
    public static bool IsSequence(string letter) =>
        SequenceNames.Contains(letter) || SequenceWords.Any(word => letter.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a letter counts rows that have nothing to do with one another.</summary>
    public static bool IsBatch(string letter) =>
        BatchNames.Contains(letter) || letter.Contains("batch", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a letter counts what a decoder kept of earlier steps.</summary>
    public static bool IsPast(string letter) =>
        letter.Contains("past", StringComparison.OrdinalIgnoreCase) || letter.Contains("cache", StringComparison.OrdinalIgnoreCase);
}
