using System.Collections.Immutable;
using System.Globalization;
using VampNet.Quantization.Judging;

namespace VampNet.Reporting.Baselines;

/// <summary>A metric compared with its baseline.</summary>
public enum MetricOutcome
{
    /// <summary>As good as before, within the tolerance, or better.</summary>
    Held,

    /// <summary>Worse than the tolerance allows, or gone.</summary>
    Regressed,

    /// <summary>Not to be judged: one of the two times is too noisy.</summary>
    TooNoisy,
}

/// <summary>A metric of the baseline compared with the same metric now.</summary>
/// <param name="Before">In the baseline.</param>
/// <param name="After">Now; null when the report has no such metric.</param>
public sealed record MetricComparison(Metric Before, Metric? After)
{
    /// <summary>Relative growth of a file that is tolerated: container and names may change, weights may not.</summary>
    public const double SizeTolerance = 0.01;

    /// <summary>Tolerated decrease of the share of equal tokens: kernels of other processors round differently, and flip ties.</summary>
    public const double AgreementTolerance = 0.005;

    /// <summary>Tolerated increase in nats per true token: a few standard errors on a minute of music.</summary>
    public const double NatsTolerance = 0.002;

    /// <summary>Tolerated decrease of a speed-up: the spread of a measurement that does not count as noisy.</summary>
    public const double SpeedUpTolerance = Benchmarking.TimedRuns.NoisySpread;

    /// <summary>The titles of a table of comparisons. A <c>#</c> at the end marks a column of numbers.</summary>
    public static ImmutableArray<string> Columns { get; } = ["metric", "before#", "after#", "tolerance", "outcome"];

    /// <summary>The outcome. NaN is a regression.</summary>
    public MetricOutcome Outcome =>
        After is null
            ? MetricOutcome.Regressed
            : Before.Kind switch
            {
                MetricKind.Parity => Held(!After.IsUnsound),
                MetricKind.Agreement => Held(After.Value >= Before.Value - AgreementTolerance),
                MetricKind.Nats => Held(After.Value <= Before.Value + NatsTolerance),
                MetricKind.Size => Held(After.Value <= Before.Value * (1 + SizeTolerance)),
                _ => Before.IsUnsound || After.IsUnsound
                    ? MetricOutcome.TooNoisy
                    : Held(After.Value >= Before.Value * (1 - SpeedUpTolerance)),
            };

    /// <summary>The tolerance as text.</summary>
    public string Tolerance =>
        Before.Kind switch
        {
            MetricKind.Parity => "within its budget",
            MetricKind.Agreement => string.Create(CultureInfo.InvariantCulture, $"{AgreementTolerance * 100:0.0} percentage points less"),
            MetricKind.Nats => string.Create(CultureInfo.InvariantCulture, $"{NatsTolerance} nats more"),
            MetricKind.Size => string.Create(CultureInfo.InvariantCulture, $"{SizeTolerance:0%} more"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{SpeedUpTolerance:0%} less"),
        };

    /// <summary>The cells of its row in a table, as many as <see cref="Columns"/>.</summary>
    public string[] Cells() =>
        [
            Before.Name,
            Show(Before),
            After is null ? "absent" : Show(After),
            Tolerance,
            Outcome switch
            {
                MetricOutcome.Held => "held",
                MetricOutcome.Regressed => "REGRESSED",
                _ => "too noisy",
            },
        ];

    /// <summary>Every metric of a baseline against a report's.</summary>
    public static ImmutableArray<MetricComparison> Compare(Baseline before, Baseline after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return
        [
            .. before.Metrics.Select(metric => new MetricComparison(
                metric,
                after.Metrics.FirstOrDefault(other => other.Name == metric.Name && other.Kind == metric.Kind)
            )),
        ];
    }

    private static MetricOutcome Held(bool holds) => holds ? MetricOutcome.Held : MetricOutcome.Regressed;

    private static string Show(Metric metric) =>
        metric.Kind switch
        {
            MetricKind.Parity => metric.Value.ToString("0.0e+0", CultureInfo.InvariantCulture),
            MetricKind.Agreement => metric.Value.ToString("0.00%", CultureInfo.InvariantCulture),
            MetricKind.Nats => LikelihoodTable.Signed(metric.Value),
            MetricKind.Size => metric.Value.ToString("N0", CultureInfo.InvariantCulture),
            _ => metric.Value.ToString("0.00", CultureInfo.InvariantCulture),
        };
}
