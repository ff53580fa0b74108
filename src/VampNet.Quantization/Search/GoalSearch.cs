using System.Collections.Immutable;
using VampNet.Files;
using VampNet.Onnx.Quantization;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Search;

/// <summary>
/// Finds the smallest number of nodes that must stay in floating point to meet a goal. Each node is quantized alone and its cost measured
/// on one short sample (<see cref="SensitivityMeter"/>); then nodes return to floating point, largest cost per byte first: 1, 2, 4, ...
/// until the goal holds, and by bisection
/// between the last two counts, to within an eighth: about log2(nodes) + 5 models in all. The chosen model is measured on every sample. At
/// least one node stays quantized.
/// </summary>
internal sealed class GoalSearch : IDisposable
{
    // The search ends when the count of spared nodes is known to 1 part in 8: a model is written, loaded and run on every sample for each
    // further halving.
    private const int Precision = 8;

    private readonly QualityGoal _goal;
    private readonly NodeSelection _selection;
    private readonly ModelQuantizer _quantizer;
    private readonly ReferenceOutputs _reference;
    private readonly ReferenceOutputs _ranking;
    private readonly IProgress<QuantizationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly TemporaryFolder _folder = new();
    private readonly List<GoalStep> _steps = [];
    private ImmutableArray<NodeSensitivity> _nodes = [];

    public GoalSearch(
        QualityGoal goal,
        NodeSelection selection,
        ModelQuantizer quantizer,
        ReferenceOutputs reference,
        ReferenceOutputs ranking,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        (_goal, _selection, _quantizer, _reference, _ranking, _progress, _cancellation) = (
            goal,
            selection,
            quantizer,
            reference,
            ranking,
            progress,
            cancellationToken
        );

    private string Candidate => _folder.At("candidate.onnx");

    /// <summary>Searches.</summary>
    /// <returns>The nodes to quantize, and the steps of the search.</returns>
    /// <exception cref="QuantizationException">VNQ0103: outputs of this kind do not have the goal's metric.</exception>
    public (NodeSelection Selection, GoalOutcome Outcome) Run()
    {
        QuantizationReport all = _quantizer.Write(_selection, Candidate);
        GoalStep chosen = Measure(0);
        if (!chosen.Met)
        {
            _nodes =
            [
                .. SensitivityMeter
                    .Measure(_quantizer, _selection, all, _ranking, _progress, _cancellation)
                    .OrderByDescending(node => node.CostPerByte)
                    .ThenBy(node => node.Output, StringComparer.Ordinal),
            ];
            chosen = SpareNodes();
        }

        return (Spare(chosen.Spared), new GoalOutcome(_goal.ToString(), chosen, [.. _steps], _nodes));
    }

    public void Dispose() => _folder.Dispose();

    private GoalStep SpareNodes()
    {
        int most = _nodes.Length - 1;
        int missed = 0;
        while (missed < most)
        {
            GoalStep step = Try(Math.Min(Math.Max(1, 2 * missed), most));
            if (step.Met)
            {
                return Bisect(missed, step);
            }

            missed = step.Spared;
        }

        return _steps.Aggregate((best, step) => _goal.Compare(step.Value, best.Value) > 0 ? step : best);
    }

    private GoalStep Bisect(int missed, GoalStep met)
    {
        while (met.Spared - missed > Math.Max(1, met.Spared / Precision))
        {
            GoalStep step = Try((missed + met.Spared) / 2);
            (missed, met) = step.Met ? (missed, step) : (step.Spared, met);
        }

        return met;
    }

    private GoalStep Try(int spared)
    {
        _progress?.Report(new(QuantizationStage.Trying, spared, _nodes.Length));
        _quantizer.Write(Spare(spared), Candidate);
        return Measure(spared);
    }

    private NodeSelection Spare(int count) =>
        _selection with
        {
            Spared = _nodes.Take(count).Select(node => node.Output).ToImmutableHashSet(),
        };

    private GoalStep Measure(int spared)
    {
        QuantizationLoss loss = _reference.Measure(Candidate, _reference.Samples.Length, _cancellation);
        double value = _goal.Measure(loss) ?? throw _goal.Missing(loss);
        GoalStep step = new(spared, _nodes.Take(spared).Sum(node => node.Bytes), value, _goal.IsMetBy(value));
        _steps.Add(step);
        return step;
    }
}
