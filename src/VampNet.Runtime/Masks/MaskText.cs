using System.Globalization;

namespace VampNet.Runtime.Masks;

/// <summary>Masks and lists of times as plain text.</summary>
/// <remarks>A mask has one line per codebook, with a 0 or 1 per frame, separated by blanks, as upstream's <c>numpy.savetxt</c> writes
/// it.</remarks>
public static class MaskText
{
    private static readonly char[] Blanks = [' ', '\t', ','];

    /// <summary>Reads a mask for a piece of <paramref name="codebooks"/> by <paramref name="frames"/>. A single line serves every
    /// codebook.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="codebooks">C, as many lines as there must be, or one.</param>
    /// <param name="frames">T, as many digits as each line must have.</param>
    /// <param name="source">Name of the text in messages.</param>
    /// <returns>[1,C,T].</returns>
    /// <exception cref="RuntimeException">VNR0201: something other than 0 or 1. VNR0202: another number of lines or digits.</exception>
    public static TokenGrid<bool> ReadMask(TextReader reader, int codebooks, int frames, string source)
    {
        List<bool[]> rows = [];
        foreach ((int line, string[] words) in Lines(reader))
        {
            rows.Add([
                .. words.Select(word =>
                    word switch
                    {
                        "0" => false,
                        "1" => true,
                        _ => throw new RuntimeException(
                            RuntimeErrorIds.MaskMalformed,
                            found: $"'{word}' in line {line} of the mask '{source}'",
                            expected: "0 (keep) or 1 (generate)",
                            advice: "Correct the line"
                        ),
                    }
                ),
            ]);
            if (words.Length != frames)
            {
                throw WrongSize($"{words.Length} frames in line {line}", $"{frames}", source);
            }
        }

        if (rows.Count != codebooks && rows.Count != 1)
        {
            throw WrongSize($"{rows.Count} lines", rows.Count == 0 ? "1" : $"{codebooks}, one per codebook, or a single one", source);
        }

        return new TokenGrid<bool>(
            1,
            codebooks,
            frames,
            [.. Enumerable.Range(0, codebooks).SelectMany(row => rows[rows.Count == 1 ? 0 : row])]
        );
    }

    /// <summary>Reads times in seconds, one per line. Text after a blank, such as a label, is ignored, and so is text after '#'.</summary>
    /// <exception cref="RuntimeException">VNR0203: a line that does not begin with a number of at least 0. VNR0204: no time at
    /// all.</exception>
    public static IReadOnlyList<double> ReadTimes(TextReader reader, string source)
    {
        double[] times =
        [
            .. Lines(reader)
                .Select(line =>
                    double.TryParse(line.Words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double time)
                    && double.IsFinite(time)
                    && time >= 0
                        ? time
                        : throw new RuntimeException(
                            RuntimeErrorIds.TimeMalformed,
                            found: $"'{line.Words[0]}' in line {line.Number} of the times '{source}'",
                            expected: "seconds from the start, such as 1.25",
                            advice: "Correct the line"
                        )
                ),
        ];
        return times.Length > 0
            ? times
            : throw new RuntimeException(
                RuntimeErrorIds.TimesMissing,
                found: $"no line in the times '{source}'",
                expected: "one time in seconds on each line",
                advice: "Leave the option out if there are none"
            );
    }

    private static IEnumerable<(int Number, string[] Words)> Lines(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            string[] words = line.Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0)
            {
                yield return (number, words);
            }
        }
    }

    private static RuntimeException WrongSize(string found, string expected, string source) =>
        new(
            RuntimeErrorIds.MaskSize,
            found: $"{found} of the mask '{source}'",
            expected: $"{expected}",
            advice: "Make the mask for the codes it is used with"
        );
}
