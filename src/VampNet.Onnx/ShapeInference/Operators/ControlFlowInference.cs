namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>If and Loop.</summary>
internal static class ControlFlowInference
{
    /// <summary>How often a loop's body is inferred before the ranks of what it carries are given up.</summary>
    private const int MaxRounds = 4;

    /// <summary>The most iterations that are followed one by one.</summary>
    private const int MaxUnrolled = 16;

    private static readonly TensorType Condition = new(ElementType.Bool, TensorShape.Scalar);

    public static void Register(OperatorRegistry registry)
    {
        registry.Add(If, "If");
        registry.Add(Loop, "Loop");
    }

    private static void If(InferenceContext context)
    {
        var yes = context.InferSubgraph("then_branch", []);
        var no = context.InferSubgraph("else_branch", []);
        foreach (var branch in (IReadOnlyList<Fact>[])[yes, no]) NeedCount(context, branch.Count, context.OutputCount);
        var condition = context.ScalarOf(0) is { } known && known.TryGetConstant(out var number) ? number : (long?)null;
        for (var i = 0; i < context.OutputCount; i++)
        {
            context.Set(i, condition switch
            {
                null => new Fact(TypeMerger.Union(yes[i].Type, no[i].Type)),
                0 => no[i],
                _ => yes[i],
            });
        }
    }

    /// <summary>
    /// Inputs: trip count, condition, then what is carried. The body has iteration number, condition and carried values as inputs, and condition,
    /// carried values and scanned values as outputs.
    /// </summary>
    private static void Loop(InferenceContext context)
    {
        var carried = Enumerable.Range(2, Math.Max(0, context.InputCount - 2)).Select(context.FactOf).ToArray();
        if (Unrolled(context, carried)) return;
        carried = [.. carried.Select(static fact => fact with { Elements = null, Constant = null })];
        IReadOnlyList<Fact> results = [];
        for (var round = 1; round <= MaxRounds; round++)
        {
            results = Body(context, null, new Fact(Condition), carried);
            if (Widen(carried, results, isLast: round == MaxRounds - 1)) break;
        }

        var trips = context.ScalarOf(0) is { LowerBound: >= 0 } count && !context.Has(1) && results[0].Elements?.Single?.Is(1) == true ? count : Dim.Unknown();
        for (var i = 0; i < context.OutputCount; i++)
            context.Set(i, i >= carried.Length ? Scanned(results[i + 1].Type, trips) : Final(carried[i].Type, results[i + 1].Type));
    }

    /// <summary>Follows a short loop iteration by iteration, where the number of trips and each condition are known.</summary>
    private static bool Unrolled(InferenceContext context, Fact[] carried)
    {
        if (context.ScalarOf(0) is not { } count || !count.TryGetConstant(out var trips) || trips is < 1 or > MaxUnrolled) return false;
        var condition = context.Has(1) ? context.FactOf(1) : new Fact(Condition, SymbolicTensor.Scalar(1));
        var scanned = new List<ValueType?[]>();
        for (long i = 0; i < trips; i++)
        {
            if (condition.Elements?.Single is not { IsConstant: true } goesOn) return false;
            if (goesOn.Is(0)) break;
            var results = Body(context, i, condition, carried);
            (condition, carried) = (results[0], [.. results.Skip(1).Take(carried.Length)]);
            scanned.Add([.. results.Skip(1 + carried.Length).Select(static fact => fact.Type)]);
        }

        if (scanned.Count == 0) return false;
        for (var i = 0; i < context.OutputCount; i++)
        {
            if (i < carried.Length) context.Set(i, carried[i]);
            else context.Set(i, Scanned(scanned.Select(each => each[i - carried.Length]).Aggregate(TypeMerger.Union), scanned.Count));
        }

        return true;
    }

    private static IReadOnlyList<Fact> Body(InferenceContext context, long? iteration, Fact condition, Fact[] carried)
    {
        var number = new Fact(new TensorType(ElementType.Int64, TensorShape.Scalar), iteration is null ? null : SymbolicTensor.Scalar(iteration.Value));
        var results = context.InferSubgraph("body", [number, condition, .. carried]);
        NeedCount(context, context.OutputCount, results.Count - 1);
        if (results.Count < carried.Length + 1) NeedCount(context, results.Count, carried.Length + 1);
        return results;
    }

    /// <summary>Widens what is carried until it covers what the body makes of it.</summary>
    /// <returns>Whether it did already.</returns>
    private static bool Widen(Fact[] carried, IReadOnlyList<Fact> results, bool isLast)
    {
        var isStable = true;
        for (var i = 0; i < carried.Length; i++)
        {
            var (before, after) = (carried[i].Type, results[i + 1].Type);
            var covers = before is null || (!carried[i].IsEmptySequence && Covers(before, after));
            isStable &= covers;
            if (covers) continue;
            carried[i] = new Fact(carried[i].IsEmptySequence ? after : isLast ? WithoutShape(before!) : TypeMerger.Union(before, after));
        }

        return isStable;
    }

    /// <summary>Whether every length of the second is the same in the first, or unknown in the first.</summary>
    private static bool Covers(ValueType before, ValueType? after) => (before, after) switch
    {
        (TensorType { Shape: null }, TensorType) => true,
        (TensorType a, TensorType { Shape: { } shape }) => a.Shape!.Rank == shape.Rank && a.Shape.Zip(shape).All(static pair => pair.First == pair.Second || IsFree(pair.First)),
        (SequenceType { Item: { } a }, SequenceType b) => Covers(a, b.Item),
        (OptionalType { Item: { } a }, OptionalType b) => Covers(a, b.Item),
        (OptionalType { Item: { } a }, not null) => Covers(a, after),
        (SequenceType or OptionalType, not null) => true,
        _ => after is not null && before == after,
    };

    /// <summary>Whether the length may be anything: an unknown and nothing else.</summary>
    private static bool IsFree(Dim dim) => dim is { HasUnknown: true, Size: 2 };

    private static ValueType? WithoutShape(ValueType type) => type switch
    {
        TensorType tensor => new TensorType(tensor.ElementType, null),
        SequenceType { Item: { } item } => new SequenceType(WithoutShape(item)),
        OptionalType { Item: { } item } => new OptionalType(WithoutShape(item)),
        _ => type,
    };

    /// <summary>What may be absent at first is present behind the body, where the body makes it so.</summary>
    private static ValueType? Final(ValueType? carried, ValueType? result) =>
        carried is OptionalType optional && result is not (null or OptionalType) ? optional.Item : carried;

    private static TensorType? Scanned(ValueType? each, Dim trips) => each is TensorType tensor
        ? new TensorType(tensor.ElementType, tensor.Shape is null ? null : new TensorShape(tensor.Shape.Prepend(trips)))
        : null;

    private static void NeedCount(InferenceContext context, int found, int expected)
    {
        if (found != expected)
            throw context.Refuse(InferenceDiagnosticIds.SubgraphMismatch, $"{found} outputs", $"{expected}", "Make the node and its subgraph agree");
    }
}
