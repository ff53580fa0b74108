namespace VampNet.Validation;

/// <summary>Codes [B,C,T], int64, row-major.</summary>
/// <param name="Values">B * C * T codes.</param>
/// <param name="Batch">B.</param>
/// <param name="Codebooks">C.</param>
/// <param name="Frames">T.</param>
public sealed record CodesTensor(long[] Values, int Batch, int Codebooks, int Frames)
{
    /// <summary>[B, C, T].</summary>
    public long[] Shape => [Batch, Codebooks, Frames];
}
