using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Inputs;
using VampNet.Inference.Sessions;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Inference.Rewriting;

/// <summary>Compares a rewritten graph with the original in ONNX Runtime, on seeded inputs of several sizes.</summary>
public static class RewriteCheck
{
    // The sizes that come later are for graphs that need room: attention over thousands of frames would take gigabytes and reveal nothing
    // new.
    private const int EnoughTrials = 4;

    /// <summary>Compares every output at every size on which the original runs.</summary>
    /// <param name="original">The original's file.</param>
    /// <param name="rewritten">The rewritten graph's file.</param>
    /// <param name="contract">Either graph as read: it says what the inputs are.</param>
    /// <param name="effect">The worst effect of the rules that fired; it chooses the budget.</param>
    /// <param name="plan">Seed, budgets, and what computes both graphs.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <returns>A verdict; undecided when the original runs on no input that can be made up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The effect is lossy: then the loss must be measured.</exception>
    public static RewriteVerdict Judge(
        string original,
        string rewritten,
        Model contract,
        NumericalEffect effect,
        VerificationPlan plan,
        CancellationToken cancellationToken = default
    ) => Judge(original, rewritten, contract, effect, plan, new RewriteCheckInputs(), cancellationToken);

    /// <summary>Compares every output on the samples given, then at every size on which the original runs.</summary>
    /// <param name="original">The original's file.</param>
    /// <param name="rewritten">The rewritten graph's file.</param>
    /// <param name="contract">Either graph as read: it says what the inputs are.</param>
    /// <param name="effect">The worst effect of the rules that fired; it chooses the budget.</param>
    /// <param name="plan">Seed and budgets.</param>
    /// <param name="inputs">Specifications and values of inputs that the user gave.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <returns>A verdict; undecided when the original runs on no input that can be made up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The effect is lossy: then the loss must be measured.</exception>
    /// <exception cref="InferenceException">VNI0342: a specification contradicts the graph.</exception>
    public static RewriteVerdict Judge(
        string original,
        string rewritten,
        Model contract,
        NumericalEffect effect,
        VerificationPlan plan,
        RewriteCheckInputs inputs,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(inputs);
        string kind = effect switch
        {
            NumericalEffect.Exact => "rewrite-exact",
            NumericalEffect.Reordered => "rewrite-reordered",
            NumericalEffect.Rounded => "rewrite-rounded",
            _ => throw new ArgumentOutOfRangeException(nameof(effect), effect, "Expected an effect that keeps information."),
        };
        Budget budget = plan.Budget(effect != NumericalEffect.Exact && ComputesIn16Bits(contract) ? $"{kind}-16-bit" : kind);
        try
        {
            IEnumerable<IEnumerable<ModelSample>> groups =
            [
                .. inputs.Samples.Select(sample => new[] { sample }),
                .. SampleMaker.Trials(contract, plan.Seed, inputs.Specs),
            ];
            using var reference = CheckReference.Open(original, plan.Provider);
            if (!TryOpen(rewritten, plan.Provider, out GraphSession? judged, out string? refusal))
            {
                string loaded = reference.Changes is { } changes ? $"a copy of the original with {changes}" : "the original";
                string obstacle = $"ONNX Runtime loads {loaded}, but not the rewritten graph: {refusal}";
                return new RewriteVerdict(budget, [], null, null, obstacle, false) { FailsToLoad = true };
            }

            using (judged)
            {
                return Compare(reference.Session, judged, groups, budget, cancellationToken) with { Repairs = reference.Changes };
            }
        }
        catch (InferenceException obstacle) when (obstacle.Id != InferenceErrorIds.InputSpecInvalid)
        {
            return new RewriteVerdict(budget, [], null, null, Explain(obstacle), false);
        }
    }

    // A graph in 16 bits rounds each result to 11 bits or fewer; the float32 budgets would only ask that nothing be reordered.
    private static bool ComputesIn16Bits(Model contract) =>
        contract.Graph.Inputs.Concat(contract.Graph.Outputs).Any(Is16Bit)
        || contract.AllGraphs().SelectMany(graph => graph.Nodes).Any(node => !node.Is("Cast") && node.Outputs.Any(Is16Bit));

    private static bool Is16Bit(Value value) => value.TensorType?.ElementType is ElementType.Float16 or ElementType.BFloat16;

    private static string Explain(InferenceException error) =>
        error.InnerException is OnnxRuntimeException refusal ? RuntimeRefusal.Read(refusal.Message).ToString() : error.Message;

    private static bool TryOpen(string path, SessionProvider provider, [NotNullWhen(true)] out GraphSession? session, out string? refusal)
    {
        try
        {
            (session, refusal) = (GraphSession.OpenAsWritten(path, provider), null);
            return true;
        }
        catch (InferenceException error)
        {
            (session, refusal) = (null, Explain(error));
            return false;
        }
    }

    private static RewriteVerdict Compare(
        GraphSession reference,
        GraphSession judged,
        IEnumerable<IEnumerable<ModelSample>> groups,
        Budget budget,
        CancellationToken cancellationToken
    )
    {
        var verdict = new RewriteVerdict(budget, [], null, null, null, true);
        foreach (IEnumerable<ModelSample> group in groups)
        {
            if (verdict.Trials.Length == EnoughTrials)
            {
                break;
            }

            foreach (ModelSample trial in group)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (TryRun(reference, trial, out IReadOnlyDictionary<string, NumberTensor> expected, out string? obstacle))
                {
                    verdict = Judge(verdict with { Trials = verdict.Trials.Add(trial.Name) }, expected, trial, judged);
                    break;
                }

                verdict = verdict.IsDecided ? verdict : verdict with { Obstacle = obstacle };
            }
        }

        if (!verdict.IsDecided)
        {
            return verdict with
            {
                Passed = false,
                Obstacle = verdict.Obstacle ?? "No sizes of the inputs suit what the graph declares. Give them: --input NAME:[SIZES].",
            };
        }

        // Detectors that detect nothing have outputs without elements, which are equal whatever the graphs compute.
        return !verdict.Passed || verdict.Compared > 0
            ? verdict
            : verdict with
            {
                Trials = [],
                Passed = false,
                Obstacle =
                    $"Nothing to compare on {string.Join("; ", verdict.Trials)}: the outputs have no elements, or are as little finite "
                    + "as the inputs.",
            };
    }

    private static bool TryRun(
        GraphSession reference,
        ModelSample trial,
        out IReadOnlyDictionary<string, NumberTensor> outputs,
        out string? obstacle
    )
    {
        try
        {
            (outputs, obstacle) = (reference.RunAll(trial), null);
            return true;
        }
        catch (InferenceException error) when (error.InnerException is OnnxRuntimeException)
        {
            (outputs, obstacle) = (ImmutableDictionary<string, NumberTensor>.Empty, Explain(error));
            return false;
        }
    }

    private static RewriteVerdict Judge(
        RewriteVerdict verdict,
        IReadOnlyDictionary<string, NumberTensor> expected,
        ModelSample trial,
        GraphSession judged
    )
    {
        verdict = verdict.Trials.Length == 1 ? verdict with { Obstacle = null } : verdict;
        if (!TryRun(judged, trial, out IReadOnlyDictionary<string, NumberTensor> actual, out string? obstacle))
        {
            return verdict with
            {
                Passed = false,
                Obstacle = verdict.Obstacle ?? $"The rewritten graph does not run on {trial.Name}: {obstacle}",
            };
        }

        foreach ((string name, NumberTensor output) in expected)
        {
            verdict = Judge(verdict, name, output, actual.GetValueOrDefault(name), trial);
        }

        return verdict;
    }

    private static RewriteVerdict Judge(RewriteVerdict verdict, string name, NumberTensor expected, NumberTensor? actual, ModelSample trial)
    {
        if (actual is null || !expected.Shape.AsSpan().SequenceEqual(actual.Shape))
        {
            string found = actual is null ? "no such output" : $"[{string.Join(", ", actual.Shape)}]";
            return verdict with
            {
                Passed = false,
                Obstacle = verdict.Obstacle ?? $"Output {name} on {trial.Name}: {found} instead of [{string.Join(", ", expected.Shape)}].",
            };
        }

        if (expected.Values.Length == 0)
        {
            return verdict;
        }

        // Doubles do not tell integers beyond 2^53 apart.
        if (verdict.Budget.MaxAbsoluteError == 0 && FirstDifference(expected.Integers, actual.Integers) is { } place)
        {
            string found = $"{actual.Integers![place]} instead of {expected.Integers![place]}";
            return verdict with
            {
                Passed = false,
                Compared = verdict.Compared + expected.Values.Length,
                Obstacle = verdict.Obstacle ?? $"Output {name} on {trial.Name}: {found} at element {place}.",
            };
        }

        (double[] reference, double[] judged, long equalNonFinite) = WithoutEqualNonFinite(expected.Values, actual.Values);
        long compared = expected.Values.Length - (trial.Inputs.All(IsFinite) ? 0 : equalNonFinite);
        verdict = verdict with { EqualNonFinite = verdict.EqualNonFinite + equalNonFinite, Compared = verdict.Compared + compared };
        double scale = reference.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        // An output of zeros has no magnitude; the inputs', which is about 1, stands for it.
        scale = scale == 0 ? 1 : scale;
        TensorDifference difference = TensorComparer.CompareDoubles(Scaled(reference, scale), Scaled(judged, scale), expected.Shape);
        bool isWorse = verdict.Worst is null || !difference.Worst.IsFinite || difference.Worst.AbsoluteError > verdict.Worst.AbsoluteError;
        bool isAllowed = verdict.Budget.Allows(difference, null);
        return verdict with
        {
            Passed = verdict.Passed && isAllowed,
            Worst = isWorse ? difference.Worst : verdict.Worst,
            WorstOutput = isWorse ? name : verdict.WorstOutput,
        };
    }

    private static int? FirstDifference(long[]? expected, long[]? actual)
    {
        if (expected is null || actual is null)
        {
            return null;
        }

        int common = expected.AsSpan().CommonPrefixLength(actual);
        return common == expected.Length ? null : common;
    }

    private static bool IsFinite(ModelInput input) => Array.TrueForAll(ElementArrays.ToDoubles(input.Values), double.IsFinite);

    private static double[] Scaled(double[] values, double scale) => scale == 1 ? values : Array.ConvertAll(values, value => value / scale);

    /// <summary>Replaces by zero, on both sides, what is NaN or the same infinity on both.</summary>
    private static (double[] Expected, double[] Actual, long Replaced) WithoutEqualNonFinite(double[] expected, double[] actual)
    {
        bool[] isEqual =
        [
            .. expected.Zip(
                actual,
                (one, other) => !double.IsFinite(one) && (one.Equals(other) || (double.IsNaN(one) && double.IsNaN(other)))
            ),
        ];
        return isEqual.Contains(true)
            ? (Zeroed(expected, isEqual), Zeroed(actual, isEqual), isEqual.LongCount(each => each))
            : (expected, actual, 0);
    }

    private static double[] Zeroed(double[] values, bool[] where) => [.. values.Zip(where, (value, isZeroed) => isZeroed ? 0 : value)];
}
