using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Plans for all inputs of a graph, and fixed lengths of its letters.</summary>
/// <param name="Plans">One for each input.</param>
/// <param name="Lengths">Lengths that the user gave, by letter.</param>
internal sealed record InputPlanSet(ImmutableArray<InputPlan> Plans, IReadOnlyDictionary<string, long> Lengths)
{
    /// <summary>The letters whose length is open, in the order of the inputs.</summary>
    public ImmutableArray<string> OpenLetters =>
        [.. Plans.SelectMany(plan => plan.Letters).Distinct().Where(letter => !Lengths.ContainsKey(letter))];

    /// <summary>The lengths of all letters, with a number for each that is open; totals are the sum of their parts.</summary>
    public Dictionary<string, long> Complete(Func<string, long> length)
    {
        Dictionary<string, long> all = OpenLetters.ToDictionary(letter => letter, length);
        foreach ((string letter, long given) in Lengths)
        {
            all[letter] = given;
        }

        // Decoders with a cache: the total length is that of the cached positions plus that of the new ones.
        string? total = OpenLetters.FirstOrDefault(letter => letter.Contains("total", StringComparison.OrdinalIgnoreCase)),
            past = all.Keys.FirstOrDefault(letter => letter.Contains("past", StringComparison.OrdinalIgnoreCase)),
            now = all.Keys.FirstOrDefault(letter => letter != total && letter != past && SequenceLetters.IsSequence(letter));
        if (total is not null && past is not null && now is not null)
        {
            all[total] = all[past] + all[now];
        }

        return all;
    }

    /// <summary>The extents of an input.</summary>
    /// <exception cref="InferenceException">VNI0342: a length below 0.</exception>
    public static long[] Extents(InputPlan plan, IReadOnlyDictionary<string, long> lengths) =>
        [.. plan.Shape.Select(dim => Evaluate(dim, plan, lengths))];

    /// <summary>The number of elements of an input, or null where an axis has no length of at least 0.</summary>
    public static double? CountElements(InputPlan plan, IReadOnlyDictionary<string, long> lengths)
    {
        double count = 1;
        foreach (Dim dim in plan.Shape)
        {
            if (TryEvaluate(dim, lengths) is not { } length)
            {
                return null;
            }

            count *= length;
        }

        return count;
    }

    /// <summary>The number that an expression stands for.</summary>
    public static long Evaluate(Dim dim, InputPlan plan, IReadOnlyDictionary<string, long> lengths) =>
        TryEvaluate(dim, lengths)
        ?? throw new InferenceException(
            InferenceErrorIds.InputSpecInvalid,
            found: $"no length for {dim} of the input {plan}",
            expected: "a number of at least 0: give the letters lengths, for example --input "
                + $"{plan.Name}:[{string.Join(',', plan.Shape.Select((_, axis) => axis + 2))}]"
        );

    private static long? TryEvaluate(Dim dim, IReadOnlyDictionary<string, long> lengths)
    {
        try
        {
            return dim.TryEvaluate(lengths, out long length) && length >= 0 ? length : null;
        }
        catch (Exception error) when (error is DivideByZeroException or OverflowException)
        {
            return null;
        }
    }
}
