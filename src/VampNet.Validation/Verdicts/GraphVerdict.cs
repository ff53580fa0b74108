using System.Collections.Immutable;
using System.Text.Json.Serialization;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Validation.Parity;

namespace VampNet.Validation.Verdicts;

/// <summary>The verdict on one graph: all its comparisons with the reference.</summary>
/// <param name="File">Name of the graph's file in its folder.</param>
/// <param name="Reference">Name of the reference that it was compared with, such as <c>TorchSharp</c>.</param>
/// <param name="Budget">The budget it was judged by.</param>
/// <param name="Seed">Seed of the random inputs.</param>
/// <param name="Cases">One verdict for each size, at least one.</param>
public sealed record GraphVerdict(string File, string Reference, Budget Budget, ulong Seed, ImmutableArray<CaseVerdict> Cases)
{
    /// <summary>The differences by layer; null if the graph names none of the reference's layers, or an earlier version judged
    /// it.</summary>
    public LayerParity? Layers { get; init; }

    /// <summary>Whether every case passed. False if there is no case.</summary>
    public bool Passed => !Cases.IsEmpty && Cases.All(each => each.Passed);

    /// <summary>The element that is furthest off over all cases, a non-finite one before any other; null where the output is tokens
    /// only.</summary>
    [JsonIgnore]
    public ElementDifference? Worst =>
        Cases
            .Select(each => each.Difference?.Worst)
            .OfType<ElementDifference>()
            .OrderByDescending(worst => worst.IsFinite ? worst.AbsoluteError : double.PositiveInfinity)
            .FirstOrDefault();

    /// <summary>The agreement of tokens over all cases; null where the output holds none.</summary>
    [JsonIgnore]
    public TokenAgreement? Tokens
    {
        get
        {
            TokenAgreement[] all = [.. Cases.Select(each => each.Tokens).OfType<TokenAgreement>()];
            return all.Length == 0
                ? null
                : new TokenAgreement(
                    all.Sum(each => each.Positions),
                    all.Sum(each => each.Disagreements),
                    TokenComparer.Widest(all.SelectMany(each => each.Widest))
                );
        }
    }
}
