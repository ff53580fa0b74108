using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Default lengths of letters: one row, and the requested number of frames, tokens or pixels.</summary>
internal static class DefaultLengths
{
    // Limit for axes between rows and frames, such as channels: they multiply time and memory.
    private const long MostBetween = 16;

    private const long KeptSteps = 8;

    /// <summary>The length of every letter.</summary>
    /// <param name="plans">The inputs.</param>
    /// <param name="extent">The length of a row.</param>
    public static Dictionary<string, long> Of(InputPlanSet plans, long extent) => plans.Complete(letter => Of(plans.Plans, letter, extent));

    private static long Of(ImmutableArray<InputPlan> plans, string letter, long extent)
    {
        if (SequenceLetters.IsPast(letter))
        {
            return Math.Min(extent, KeptSteps);
        }

        if (SequenceLetters.IsBatch(letter))
        {
            return IsLast(plans, letter) && !plans.Any(plan => IsAt(plan, letter, 0) && plan.Shape.Rank > 1) ? extent : 1;
        }

        if (SequenceLetters.IsSequence(letter) || IsLast(plans, letter))
        {
            return extent;
        }

        if (plans.Any(plan => IsAt(plan, letter, 0)))
        {
            return 1;
        }

        bool isOnly = plans.Any(plan => plan.Letters.Contains(letter) && plan.Shape[^1].IsConstant);
        return isOnly ? extent : Math.Min(extent, MostBetween);
    }

    private static bool IsLast(ImmutableArray<InputPlan> plans, string letter) =>
        plans.Any(plan => plan.Shape.Rank > 0 && IsAt(plan, letter, plan.Shape.Rank - 1));

    private static bool IsAt(InputPlan plan, string letter, int axis) => plan.Shape.Rank > axis && plan.Shape[axis] == Dim.Symbol(letter);
}
