using System.Collections.Immutable;
using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;
using VampNet.Inference.Sessions;
using VampNet.Validation.Folders;
using VampNet.Validation.Verdicts;

namespace VampNet.Validation.Parity;

/// <summary>Judges a transformer graph against a reference on seeded codes of several sizes.</summary>
internal static class TransformerParity
{
    /// <summary>Compares logits [B,T,P,V] and the tokens they choose, at every size of the plan.</summary>
    /// <param name="file">Name of the judged graph, for the verdict.</param>
    /// <param name="codebooks">C, all codebooks of the input.</param>
    /// <param name="vocabulary">V; MASK is V.</param>
    /// <param name="reference">Function that computes the expected logits, and its name.</param>
    /// <param name="graph">Function that computes the judged logits.</param>
    /// <param name="plan">Seed and sizes.</param>
    /// <param name="budget">Budget of the differences.</param>
    /// <param name="progress">Receives the share of the sizes that is done; may be null.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <exception cref="ValidationException">VNV0203: the outputs have different shapes.</exception>
    public static GraphVerdict Judge(
        string file,
        int codebooks,
        int vocabulary,
        (string Name, Func<CodesTensor, FloatTensor> Forward) reference,
        Func<CodesTensor, FloatTensor> graph,
        VerificationPlan plan,
        Budget budget,
        IProgress<VerificationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ImmutableArray<CaseVerdict>.Builder verdicts = ImmutableArray.CreateBuilder<CaseVerdict>();
        foreach (VerificationCase size in plan.TransformerCases)
        {
            progress?.Report(new VerificationProgress(file, (double)verdicts.Count / plan.TransformerCases.Length));
            cancellationToken.ThrowIfCancellationRequested();
            var codes = CodesTensor.Seeded(plan, verdicts.Count, size, codebooks, vocabulary);
            FloatTensor expected = reference.Forward(codes);
            cancellationToken.ThrowIfCancellationRequested();
            FloatTensor actual = graph(codes);
            RequireSameShape(file, expected.Shape, actual.Shape);
            verdicts.Add(
                CaseVerdict.Judge(
                    budget,
                    size,
                    expected,
                    actual,
                    TokenComparer.CompareArgmax(expected.Values, actual.Values, expected.Shape)
                )
            );
        }

        progress?.Report(new VerificationProgress(file, 1));
        return new GraphVerdict(file, reference.Name, budget, plan.Seed, verdicts.ToImmutable());
    }

    internal static void RequireSameShape(string file, long[] expected, long[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
        {
            throw new ValidationException(
                ValidationErrorIds.OutputShape,
                found: $"an output of shape [{string.Join(", ", actual)}] from {file}",
                expected: $"[{string.Join(", ", expected)}], as the reference gives",
                advice: "The graph was exported from other checkpoints or by another tool; export it again"
            );
        }
    }
}
