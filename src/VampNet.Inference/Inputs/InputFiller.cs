using VampNet.Onnx;

namespace VampNet.Inference.Inputs;

/// <summary>Makes the tensors of a plan from a seed.</summary>
internal static class InputFiller
{
    // Largest generated tensor: hundreds of megabytes are most likely the result of a wrong size.
    private const long MostElements = 1L << 28;

    /// <summary>One tensor.</summary>
    /// <param name="plan">The plan of the input.</param>
    /// <param name="lengths">The length of every letter.</param>
    /// <param name="random">Source of random numbers.</param>
    /// <param name="openBound">Whole numbers of which nothing is known stay below this.</param>
    /// <exception cref="InferenceException">VNI0342: the sizes ask for more than 268 million elements.</exception>
    public static ModelInput Fill(InputPlan plan, IReadOnlyDictionary<string, long> lengths, ref SplitMix64 random, int openBound)
    {
        long[] shape = InputPlanSet.Extents(plan, lengths);
        int count = Count(plan, shape);
        double[] values = new double[count];
        if (plan.LengthOf is { } length)
        {
            Array.Fill(values, InputPlanSet.Evaluate(length, plan, lengths));
        }
        else
        {
            Func<double, int, double> value = Values(plan, shape, openBound);
            for (int i = 0; i < count; i++)
            {
                values[i] = value(random.NextUnit(), i);
            }
        }

        return new ModelInput(plan.Name, ElementArrays.Create(plan.ElementType, values), shape);
    }

    /// <summary>The number of elements of a shape.</summary>
    /// <exception cref="InferenceException">VNI0342: more than 268 million.</exception>
    public static int Count(InputPlan plan, ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long length in shape)
        {
            count =
                length == 0 ? 0
                : count > MostElements / length ? MostElements + 1
                : count * length;
        }

        return count <= MostElements
            ? (int)count
            : throw new InferenceException(
                InferenceErrorIds.InputSpecInvalid,
                found: $"the shape [{string.Join(',', shape.ToArray())}] for the input {plan}",
                expected: $"at most {MostElements} elements: give its axes smaller lengths"
            );
    }

    private static Func<double, int, double> Values(InputPlan plan, long[] shape, int openBound)
    {
        if (plan.IsMask)
        {
            long row = shape.Length == 0 ? 1 : Math.Max(shape[^1], 1);
            return (unit, i) => i % row == 0 || unit < 0.75 ? 1 : 0;
        }

        if (plan.ElementType == ElementType.Bool)
        {
            return plan.Range is { } bits ? (unit, _) => unit < 0.5 ? bits.Low : bits.High : (unit, _) => unit < 0.5 ? 1 : 0;
        }

        InputRange range = plan.Range ?? (plan.ElementType.IsInteger ? new InputRange(0, openBound - 1) : new InputRange(-1, 1));
        return plan.ElementType.IsInteger
            ? (unit, _) => Math.Min(range.High, range.Low + Math.Floor(unit * (range.High - range.Low + 1)))
            : (unit, _) => range.Low + (unit * (range.High - range.Low));
    }
}
