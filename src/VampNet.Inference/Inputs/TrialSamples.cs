using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Makes seeded samples of several sizes for the check of a rewritten graph, since the sizes that a graph
/// takes are found by trying.</summary>
internal static class TrialSamples
{
    // Largest generated input in elements: larger ones take too long.
    private const long MostElements = 1L << 23;

    // Every letter of its own size, so that no two axes can be confused; then all of one size, for graphs whose letters must agree.
    // Graphs with convolutions need room, which the later sizes give; images are often halved until 32 pixels are one.
    private static readonly ImmutableArray<Func<int, string, long>> Sizes =
    [
        (_, _) => 1,
        (letter, _) => 2 + (3 * letter),
        (letter, _) => letter == 0 ? 2 : 59 + (2 * letter),
        (_, _) => 16,
        (letter, name) => letter == 0 || SequenceLetters.IsBatch(name) ? 1 : 64,
        (letter, name) => letter == 0 || SequenceLetters.IsBatch(name) ? 1 : 224,
        (letter, _) => letter == 0 ? 1 : 4001 + letter,
        (letter, name) => SequenceLetters.IsBatch(name) ? 1 : 512,
    ];

    // Integers may be indices, and only the graph knows of what: try the widest range first. Null stands for what the graph's nodes say.
    private static readonly ImmutableArray<int?> IntegerBounds = [null, 64, 8, 2];

    /// <summary>Groups of samples, one group for each size; within a group the first that runs is enough.</summary>
    /// <param name="plans">Plans of the graph's inputs.</param>
    /// <param name="seed">Equal seeds and graphs give equal samples.</param>
    public static IEnumerable<IEnumerable<ModelSample>> Make(InputPlanSet plans, ulong seed)
    {
        ImmutableArray<string> letters = plans.OpenLetters;
        bool hasIntegers = plans.Plans.Any(plan => plan.ElementType.IsInteger && !plan.IsGiven);
        int?[] bounds = hasIntegers ? [.. IntegerBounds] : [null];
        return letters.IsEmpty
            ? [bounds.Select(bound => Make(plans, plans.Complete(_ => 1), bound, seed))]
            : Sizes
                .Select(size => plans.Complete(letter => size(letters.IndexOf(letter), letter)))
                .Where(lengths => IsSmall(plans, lengths))
                .Select(lengths => bounds.Select(bound => Make(plans, lengths, bound, seed)));
    }

    private static bool IsSmall(InputPlanSet plans, Dictionary<string, long> lengths) =>
        plans.Plans.Sum(plan => InputPlanSet.CountElements(plan, lengths) ?? double.PositiveInfinity) <= MostElements;

    private static ModelSample Make(InputPlanSet plans, Dictionary<string, long> lengths, int? bound, ulong seed)
    {
        var random = new SplitMix64(seed);
        ImmutableArray<ModelInput>.Builder made = ImmutableArray.CreateBuilder<ModelInput>();
        foreach (InputPlan plan in plans.Plans)
        {
            InputPlan planned =
                bound is not null && plan is { IsGiven: false, ElementType: not ElementType.UInt8, LengthOf: null }
                    ? Narrowed(plan, bound.Value)
                    : plan;
            made.Add(InputFiller.Fill(planned, lengths, ref random, bound ?? IntegerBounds[1]!.Value));
        }

        string name = string.Join(", ", made.Select(each => $"{each.Name}[{string.Join(",", each.Shape)}]"));
        return new ModelSample(name, made.ToImmutable());
    }

    private static InputPlan Narrowed(InputPlan plan, int bound) =>
        plan is { Range: { } range, ElementType: var type } && type.IsInteger && range.Low == 0 && range.High >= bound
            ? plan with
            {
                Range = new InputRange(0, bound - 1),
            }
            : plan;
}
