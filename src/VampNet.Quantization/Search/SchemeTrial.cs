using System.Collections.Immutable;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Search;

/// <summary>One scheme measured on one kind of operator, everything else in float32.</summary>
/// <param name="Operators">The operators: products, convolutions, or transposed convolutions.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Judgement">Loss and speed.</param>
public sealed record SchemeTrial(ImmutableArray<string> Operators, QuantizationScheme Scheme, QuantizationJudgement Judgement)
{
    /// <summary>One line: the operators, the scheme, and how many times as fast as float32, if a difference was measured.</summary>
    public string Describe() => $"{string.Join('/', Operators)} {Scheme.ToString().ToLowerInvariant()} {Judgement.Speed.Describe()}";

    /// <summary>The error when no scheme is faster.</summary>
    internal static QuantizationException NoneIsFaster(string path, ImmutableArray<SchemeTrial> trials) =>
        new(
            QuantizationErrorIds.NothingFaster,
            found: $"no scheme that is faster than float32 in every turn on this machine for {path}: "
                + string.Join("; ", trials.Select(trial => trial.Describe()))
                + (
                    trials.Any(trial => trial.Judgement.Speed.Lowest > 1)
                        ? ". The graph made of those that gain alone did not gain when it was measured again"
                        : ""
                ),
            expected: "at least one",
            advice: "Keep the graph in float32, or name a scheme to have it for its size"
        );

    /// <summary>Picks a scheme for each kind of operator: among those faster in every turn, one that alone meets the goal before one that
    /// does not, then the fastest.</summary>
    /// <param name="trials">The measured trials.</param>
    /// <param name="goal">The quality goal, or null.</param>
    /// <returns>The trials to follow; a kind of operator that is in none stays in float32.</returns>
    public static ImmutableArray<SchemeTrial> Choose(IEnumerable<SchemeTrial> trials, QualityGoal? goal)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials
                .Where(trial => trial.Judgement.Speed.Lowest > 1)
                .GroupBy(trial => trial.Operators[0])
                .Select(group =>
                    group
                        .OrderByDescending(trial => goal?.Measure(trial.Judgement.Loss) is { } value && goal.IsMetBy(value))
                        .ThenByDescending(trial => trial.Judgement.Speed.Ratio)
                        .First()
                ),
        ];
    }
}
