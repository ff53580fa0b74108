using System.Collections.Immutable;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;

namespace VampNet.Inference.Rewriting;

/// <summary>Whether a rewritten graph computes what the original does.</summary>
/// <param name="Budget">What the difference is judged by.</param>
/// <param name="Trials">The inputs on which both ran, by name and shape; none when nothing could be compared.</param>
/// <param name="Worst">The element that is furthest off over all outputs and trials, relative to its output's largest magnitude or 1; null
/// when nothing was compared.</param>
/// <param name="WorstOutput">The output it is in; null when nothing was compared.</param>
/// <param name="Obstacle">Why nothing could be compared, or the first reason why the graphs cannot be equal; null when every comparison is
/// one of numbers.</param>
/// <param name="Passed">Whether everything that was compared is within the budget, and something was.</param>
public sealed record RewriteVerdict(
    Budget Budget,
    ImmutableArray<string> Trials,
    ElementDifference? Worst,
    string? WorstOutput,
    string? Obstacle,
    bool Passed
)
{
    /// <summary>Whether anything was compared. An original that runs on no made-up input leaves the question open.</summary>
    public bool IsDecided => !Trials.IsEmpty;
}
