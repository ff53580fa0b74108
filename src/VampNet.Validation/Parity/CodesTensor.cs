using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;

namespace VampNet.Validation.Parity;

/// <summary>Codes [B,C,T], int64, row-major.</summary>
/// <param name="Values">B * C * T codes.</param>
/// <param name="Batch">B.</param>
/// <param name="Codebooks">C.</param>
/// <param name="Frames">T.</param>
internal sealed record CodesTensor(long[] Values, int Batch, int Codebooks, int Frames)
{
    /// <summary>[B, C, T].</summary>
    public long[] Shape => [Batch, Codebooks, Frames];

    /// <summary>Seeded codes for a size of a plan.</summary>
    /// <param name="plan">Seed and share of MASK.</param>
    /// <param name="number">Number of the input in the plan: each has codes of its own, so that one can be repeated without the
    /// others.</param>
    /// <param name="size">B and T.</param>
    /// <param name="codebooks">C.</param>
    /// <param name="vocabulary">V; MASK is V.</param>
    internal static CodesTensor Seeded(VerificationPlan plan, int number, VerificationCase size, int codebooks, int vocabulary) =>
        new(
            SeededInputs.Codes(plan.Seed + (ulong)number, size.Batch, codebooks, size.Frames, vocabulary, plan.MaskShare),
            size.Batch,
            codebooks,
            size.Frames
        );
}
