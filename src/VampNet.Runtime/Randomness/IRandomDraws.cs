namespace VampNet.Runtime.Randomness;

/// <summary>
/// The source of random numbers. Masks and generation ask for draws in upstream's order, so that recorded draws reproduce upstream's
/// tokens.
/// </summary>
/// <remarks>An instance serves one piece of work at a time: it is not thread-safe.</remarks>
public interface IRandomDraws
{
    /// <summary>Fills <paramref name="destination"/> with the next uniform draw: each value above 0 and below 1.</summary>
    void FillUniforms(Span<float> destination);

    /// <summary>The next integer draw, uniform over 0 to <paramref name="limit"/> - 1.</summary>
    int NextInteger(int limit);

    /// <summary>Moves on to the next draw of token noise, [<paramref name="rows"/>, <paramref name="vocabulary"/>] values of
    /// Exp(1).</summary>
    void NextTokenDraw(int rows, int vocabulary);

    /// <summary>Fills <paramref name="destination"/> with one row of the present draw of token noise. Rows may be read in any order, or not
    /// at all.</summary>
    /// <param name="row">0 to rows - 1.</param>
    /// <param name="destination">As long as the vocabulary.</param>
    void FillExponentials(int row, Span<float> destination);
}
