namespace VampNet.Runtime;

/// <summary>Checks that codes name rows of a codebook.</summary>
internal static class CodeRange
{
    /// <summary>Accepts 0 to V - 1, and V itself, which is MASK.</summary>
    /// <exception cref="RuntimeException">VNR0205: another code.</exception>
    public static void Require(TokenGrid<long> codes, int vocabularySize)
    {
        int at = codes.Values.AsSpan().IndexOfAnyExceptInRange(0L, vocabularySize);
        if (at >= 0)
        {
            throw new RuntimeException(
                RuntimeErrorIds.CodeOutOfRange,
                found: $"the code {codes.Values[at]} in piece {at / (codes.Codebooks * codes.Frames)}, codebook "
                    + $"{at / codes.Frames % codes.Codebooks}, frame {at % codes.Frames}",
                expected: $"0 to {vocabularySize - 1}, or {vocabularySize} for MASK",
                advice: "The codes belong to another codec, or their file is damaged"
            );
        }
    }
}
