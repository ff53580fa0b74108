using VampNet.Onnx;

namespace VampNet.Export.Step;

/// <summary>The number of tokens that stay masked after a step: a quarter of a cosine, as <c>VampNet.Runtime.Generation.MaskSchedule</c>
/// computes it.</summary>
internal static class MaskScheduleEmitter
{
    private const float Least = 1e-10f;

    // Coefficients of (-1)^n / (2n)!, highest power first. On 0 to pi/2 the remainder is below 1e-19.
    private static readonly double[] CosineSeries = [.. Enumerable.Range(0, 13).Select(n => 12 - n).Select(Coefficient)];

    /// <summary>The share of the work that is done after this step, float32 [].</summary>
    public static Value Progress(Module schedule, Value step, Value steps)
    {
        Value next = schedule.Op("Add", "next_step", [step, schedule.Integer(1)]);
        Value done = schedule.Cast("next_step.float64", next, ElementType.Double);
        Value all = schedule.Cast("steps.float64", steps, ElementType.Double);
        return schedule.Cast("progress", schedule.Op("Div", "progress.float64", [done, all]), ElementType.Float);
    }

    /// <summary>The tokens to mask in each piece after this step, int64 [B].</summary>
    /// <param name="schedule">Scope that names the nodes.</param>
    /// <param name="progress">The share of the work that is done, float32 [].</param>
    /// <param name="step">int64 [], from 0.</param>
    /// <param name="steps">int64 [].</param>
    /// <param name="maskedAtStart">MASK tokens before the first step in the whole batch, int64 [].</param>
    /// <param name="stillMasked">MASK tokens of each piece before this step, int64 [B].</param>
    /// <param name="tokensPerPiece">T*P, int64 [1].</param>
    public static Value CountToMask(
        Module schedule,
        Value progress,
        Value step,
        Value steps,
        Value maskedAtStart,
        Value stillMasked,
        Value tokensPerPiece
    )
    {
        Value one = schedule.Integer(1);
        Value start = schedule.Cast("masked_at_start.float32", maskedAtStart, ElementType.Float);
        Value share = schedule.Op("Mul", "scheduled.share", [Gamma(schedule, progress), start]);
        Value scheduled = schedule.Cast("scheduled", schedule.Op("Floor", "scheduled.floor", [share]), ElementType.Int64);
        Value fewer = schedule.Op("Min", "one_fewer", [schedule.Op("Sub", "still_masked_less_1", [stillMasked, one]), scheduled]);
        Value within = schedule.Op("Max", "at_least_one", [fewer, one]);
        Value last = schedule.Op("Equal", "is_last", [step, schedule.Op("Sub", "last_step", [steps, one])]);
        Value count = schedule.Op("Where", "count", [last, scheduled, within]);
        // At least one token is masked again and at least one kept; of a single token that is not possible, and it is kept.
        return schedule.Op("Min", "count_to_mask", [count, schedule.Op("Sub", "tokens_less_1", [tokensPerPiece, one])]);
    }

    // cos(progress * pi / 2), at least 1e-10. The angle is rounded to float32 and the cosine computed in float64, as upstream does; the
    // series needs Add and Mul alone, so that every runtime rounds to the same float32.
    private static Value Gamma(Module schedule, Value progress)
    {
        Value turn = schedule.Op("Mul", "half_turn", [progress, schedule.Graph.Constant(MathF.PI)]);
        Value angle = schedule.Op("Div", "angle", [turn, schedule.Graph.Constant(2f)]);
        Value angle64 = schedule.Cast("angle.float64", angle, ElementType.Double);
        Value square = schedule.Op("Mul", "angle.square", [angle64, angle64]);
        Value cosine = schedule.Double(CosineSeries[0]);
        foreach (double coefficient in CosineSeries.Skip(1))
        {
            Value product = schedule.Op("Mul", "cosine.product", [cosine, square]);
            cosine = schedule.Op("Add", "cosine.sum", [product, schedule.Double(coefficient)]);
        }

        Value gamma = schedule.Cast("gamma", cosine, ElementType.Float);
        return schedule.Op("Max", "gamma.at_least", [gamma, schedule.Graph.Constant(Least)]);
    }

    private static double Coefficient(int n)
    {
        double factorial = Enumerable.Range(1, 2 * n).Aggregate(1.0, (product, factor) => product * factor);
        return (n % 2 == 0 ? 1 : -1) / factorial;
    }
}
