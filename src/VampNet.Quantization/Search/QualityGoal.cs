using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Search;

/// <summary>The quality that a quantized graph must reach, for example <c>top1>=0.99</c>.</summary>
/// <param name="Metric">The number that is bounded.</param>
/// <param name="Bound">A share from 0 to 1, decibels, or nats: the least allowed value, or for <see cref="GoalMetric.Kl"/> and
/// <see cref="GoalMetric.Nll"/> the largest.</param>
public sealed record QualityGoal(GoalMetric Metric, double Bound)
{
    private bool IsUpperBound => Metric is GoalMetric.Kl or GoalMetric.Error or GoalMetric.Nll;

    /// <summary>Parses a goal.</summary>
    /// <param name="text">A metric (nll, kl, top1, top5, sqnr, codes, cosine, psnr, si-sdr, error), <c>>=</c> or for nll, kl and error
    /// <c>&lt;=</c>, and a number.</param>
    /// <param name="goal">The goal; null when there is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out QualityGoal? goal)
    {
        ArgumentNullException.ThrowIfNull(text);
        goal =
            text.Split(text.Contains("<=", StringComparison.Ordinal) ? "<=" : ">=", StringSplitOptions.TrimEntries) is [var name, var bound]
            && Enum.GetValues<GoalMetric>().FirstOrDefault(metric => NameOf(metric) == name, (GoalMetric)(-1)) is var found and >= 0
            && double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
                ? new QualityGoal(found, number)
                : null;
        if (goal?.IsUpperBound != text.Contains("<=", StringComparison.Ordinal))
        {
            goal = null;
        }

        return goal is not null;
    }

    /// <summary>The value of the metric, or null when outputs of that kind have none.</summary>
    public double? Measure(QuantizationLoss loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return Metric switch
        {
            GoalMetric.Top1 => loss.Kind == OutputKind.Logits ? loss.Tokens?.Share : null,
            GoalMetric.Top5 => loss.TopFive,
            GoalMetric.Sqnr => loss.SignalToNoise,
            GoalMetric.Kl => loss.Divergence,
            GoalMetric.Cosine => loss.Similarity?.Cosine,
            GoalMetric.Psnr => loss.Similarity?.PeakSignalToNoise,
            GoalMetric.SiSdr => loss.Similarity?.ScaleInvariantDistortion,
            GoalMetric.Error => loss.Similarity?.MeanError,
            GoalMetric.Nll => loss.Likelihood?.All.Difference,
            _ => loss.Kind == OutputKind.Codes ? loss.Tokens?.Share : null,
        };
    }

    /// <summary>The value of the metric.</summary>
    /// <exception cref="QuantizationException">VNQ0103: outputs of that kind have no such metric.</exception>
    public double Require(QuantizationLoss loss) => Measure(loss) ?? throw Missing(loss);

    /// <summary>The error for a goal whose metric <see cref="Measure"/> does not have.</summary>
    internal QuantizationException Missing(QuantizationLoss loss) =>
        (Metric, loss.Kind) is (GoalMetric.Nll, OutputKind.Logits)
            ? new(
                QuantizationErrorIds.GoalNotMeasurable,
                found: $"the goal {this}, and no real codes to measure it on",
                expected: "music to judge on",
                advice: "Name it with --judge-on, or put it beside the graph with codec_encoder.onnx"
            )
            : new(
                QuantizationErrorIds.GoalNotMeasurable,
                found: $"the goal {this} for a graph whose first output is {loss.Kind.ToString().ToLowerInvariant()}; "
                    + "--output-kind says what it is where that is a wrong guess",
                expected: $"a goal of {Metrics(loss)}"
            );

    private static string Metrics(QuantizationLoss loss) =>
        loss.Kind switch
        {
            OutputKind.Logits => "nll, kl, top1, top5 or sqnr",
            OutputKind.Codes => "codes",
            OutputKind.Image => "psnr or sqnr",
            OutputKind.Embedding => "cosine or sqnr",
            OutputKind.Audio => "si-sdr or sqnr",
            OutputKind.Regression => "error or sqnr",
            _ => "sqnr",
        };

    /// <summary>Whether a value meets the goal; NaN never does.</summary>
    public bool IsMetBy(double value) => IsUpperBound ? value <= Bound : value >= Bound;

    /// <summary>Orders values: positive when the first is nearer to the goal or further beyond it; NaN is the worst.</summary>
    public int Compare(double first, double second) => IsUpperBound ? (-first).CompareTo(-second) : first.CompareTo(second);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(Metric)}{(IsUpperBound ? "<=" : ">=")}{(Metric == GoalMetric.Nll && Bound >= 0 ? "+" : "")}{Bound}"
        );

    private static string NameOf(GoalMetric metric) =>
        metric switch
        {
            GoalMetric.Top1 => "top1",
            GoalMetric.Top5 => "top5",
            GoalMetric.Sqnr => "sqnr",
            GoalMetric.Kl => "kl",
            GoalMetric.Cosine => "cosine",
            GoalMetric.Psnr => "psnr",
            GoalMetric.SiSdr => "si-sdr",
            GoalMetric.Error => "error",
            GoalMetric.Nll => "nll",
            _ => "codes",
        };
}
