using VampNet.Onnx.ShapeInference.Shapes;

namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>
/// Loop. Inputs: trip count, condition, then the carried values. The body has iteration number, condition and carried values as inputs, and
/// condition, carried values and scanned values as outputs.
/// </summary>
internal static class LoopInference
{
    /// <summary>The most iterations that are followed one by one.</summary>
    private const int MaxUnrolled = 16;

    private static readonly TensorType Condition = new(ElementType.Bool, TensorShape.Scalar);

    public static void Register(OperatorRegistry registry) => registry.Add(Loop, "Loop");

    /// <summary>The body's own values get types that hold in every iteration; the results may be known better, iteration by
    /// iteration.</summary>
    private static void Loop(InferenceContext context)
    {
        Fact[] carried = [.. Enumerable.Range(2, Math.Max(0, context.InputCount - 2)).Select(context.FactOf)];
        Fact[]? followed = Unroll(context, carried);
        Fact[] general = Generalize(context, carried);
        for (int i = 0; i < context.OutputCount; i++)
        {
            context.Set(
                i,
                followed is null ? general[i] : followed[i] with { Type = TypeMerger.Merge(followed[i].Type, general[i].Type, out _) }
            );
        }
    }

    /// <summary>Widens the types of carried values until they cover the body's results.</summary>
    private static Fact[] Generalize(InferenceContext context, Fact[] initial)
    {
        Fact[] carried = [.. initial.Select(static fact => fact with { Elements = null, Constant = null })];
        var holds = new Fact(Condition, SymbolicTensor.Scalar(1)); // The body runs only where the condition does.
        IReadOnlyList<Fact> results;
        int round = 0;
        do
        {
            results = Body(context, null, holds, carried, isSilent: round > 0);
        } while (LoopState.Widen(carried, results.Skip(1), ++round));

        Dim trips = results[0].Elements?.Single?.Is(1) == true ? Trips(context) : Dim.Unknown();
        return
        [
            .. results
                .Skip(1)
                .Select(
                    (result, i) =>
                        new Fact(i < carried.Length ? LoopState.Final(carried[i].Type, result.Type) : Scanned(result.Type, trips))
                ),
        ];
    }

    /// <summary>Number of iterations if the body never ends the loop itself.</summary>
    private static Dim Trips(InferenceContext context)
    {
        if (context.ScalarOf(0) is not { } count || !(count.HasElement || count.LowerBound >= 0))
        {
            return Dim.Unknown();
        }

        Dim? starts = context.Has(1) ? context.ScalarOf(1) : Dim.One;
        return starts is null ? Dim.Unknown() : ChosenAxes.Known(() => Dim.IfEqual(starts, 0, 0, Dim.Max(count, 0)));
    }

    /// <summary>Unrolls a short loop whose number of iterations and whose conditions are all known.</summary>
    /// <returns>The facts of the results; null where they are not known.</returns>
    private static Fact[]? Unroll(InferenceContext context, Fact[] carried)
    {
        if (context.ScalarOf(0) is not { } count || !count.TryGetConstant(out long trips) || trips is < 1 or > MaxUnrolled)
        {
            return null;
        }

        Fact condition = context.Has(1) ? context.FactOf(1) : new Fact(Condition, SymbolicTensor.Scalar(1));
        var scanned = new List<ValueType?[]>();
        for (long i = 0; i < trips; i++)
        {
            if (condition.Elements?.Single is not { IsConstant: true } goesOn)
            {
                return null;
            }

            if (goesOn.Is(0))
            {
                break;
            }

            IReadOnlyList<Fact> results = Body(context, i, condition, carried, isSilent: true);
            (condition, carried) = (results[0], [.. results.Skip(1).Take(carried.Length)]);
            scanned.Add([.. results.Skip(1 + carried.Length).Select(static fact => fact.Type)]);
        }

        return scanned.Count == 0
            ? null
            :
            [
                .. carried,
                .. scanned[0]
                    .Select((_, i) => new Fact(Scanned(scanned.Select(each => each[i]).Aggregate(TypeMerger.Union), scanned.Count))),
            ];
    }

    private static IReadOnlyList<Fact> Body(InferenceContext context, long? iteration, Fact condition, Fact[] carried, bool isSilent)
    {
        var number = new Fact(
            new TensorType(ElementType.Int64, TensorShape.Scalar),
            iteration is { } known ? SymbolicTensor.Scalar(known) : null
        );
        IReadOnlyList<Fact> results = context.InferSubgraph("body", [number, condition, .. carried], isSilent);
        context.NeedOutputs(results.Count - 1);
        if (results.Count < carried.Length + 1)
        {
            throw context.Refuse(
                InferenceDiagnosticIds.SubgraphMismatch,
                $"{results.Count} outputs of the body",
                $"{carried.Length + 1} at least",
                "Return what is carried"
            );
        }

        return results;
    }

    private static TensorType? Scanned(ValueType? each, Dim trips) =>
        each is TensorType tensor
            ? new TensorType(tensor.ElementType, tensor.Shape is null ? null : new TensorShape(tensor.Shape.Prepend(trips)))
            : null;
}
