using System.Collections.Immutable;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;

namespace VampNet.Inference.Rewriting;

/// <summary>Result of comparing a rewritten graph with the original.</summary>
/// <param name="Budget">The limit on the difference.</param>
/// <param name="Trials">The inputs on which both ran, by name and shape; none when nothing could be compared.</param>
/// <param name="Worst">The element that is furthest off over all outputs and trials, relative to the largest magnitude of its output; null
/// when nothing was compared.</param>
/// <param name="WorstOutput">The output it is in; null when nothing was compared.</param>
/// <param name="Obstacle">Reason why nothing could be compared, or the first reason why the graphs cannot be equal; null when every
/// comparison is one of numbers.</param>
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
    /// <summary>Elements that are NaN, or the same infinity, in both graphs' outputs. They count as equal: the inputs are finite, so the
    /// operators of the original give them.</summary>
    public long EqualNonFinite { get; init; }

    /// <summary>Elements compared, over all outputs and trials. Elements that are NaN or infinite in both graphs count only where the
    /// inputs are finite: otherwise they say nothing about the graphs.</summary>
    internal long Compared { get; init; }

    /// <summary>The repairs of the original that let ONNX Runtime load it; null if none were needed.</summary>
    public string? Repairs { get; init; }

    /// <summary>Whether ONNX Runtime loads the original but not the rewritten graph.</summary>
    public bool FailsToLoad { get; init; }

    /// <summary>Whether the graphs could be compared. An original that does not load, or runs on no generated input, leaves this undecided;
    /// a rewritten graph that does not load or run where the original does is a failure.</summary>
    public bool IsDecided => FailsToLoad || !Trials.IsEmpty;
}
