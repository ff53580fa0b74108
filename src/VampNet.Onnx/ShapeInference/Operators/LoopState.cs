namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Types of the values that a loop carries, wide enough for all iterations.</summary>
internal static class LoopState
{
    /// <summary>The number of iterations after which lengths that still change become unknown; each later iteration makes at least one
    /// unknown, so it ends.</summary>
    private const int MaxRounds = 3;

    /// <summary>Widens the carried types to cover the body's results.</summary>
    /// <returns>Whether anything was widened, so that the body must be inferred again.</returns>
    public static bool Widen(Fact[] carried, IEnumerable<Fact> returned, int round)
    {
        bool isWidened = false;
        foreach ((int i, ValueType? after) in returned.Take(carried.Length).Select(static fact => fact.Type).Index())
        {
            ValueType? before = carried[i].Type;
            if (before is null || (!carried[i].IsEmptySequence && Covers(before, after)))
            {
                continue;
            }

            carried[i] = new Fact(
                carried[i].IsEmptySequence ? after
                : round < MaxRounds ? TypeMerger.Union(before, after)
                : Forget(before)
            );
            isWidened = true;
        }

        return isWidened;
    }

    /// <summary>The type after the loop: an optional that the body always sets is present.</summary>
    public static ValueType? Final(ValueType? carried, ValueType? returned) =>
        carried is OptionalType optional && returned is not (null or OptionalType) ? optional.Item : carried;

    /// <summary>Whether every length of the second is the same in the first, or unknown in the first.</summary>
    private static bool Covers(ValueType before, ValueType? after) =>
        (before, after) switch
        {
            (TensorType a, TensorType b) => a.ElementType == b.ElementType && Covers(a.Shape, b.Shape),
            (SequenceType { Item: { } a }, SequenceType b) => Covers(a, b.Item),
            (SequenceType, SequenceType) => true,
            (OptionalType { Item: { } a }, OptionalType b) => Covers(a, b.Item),
            (OptionalType { Item: { } a }, not null) => Covers(a, after),
            (OptionalType, not null) => true,
            _ => before == after,
        };

    private static bool Covers(TensorShape? before, TensorShape? after) =>
        before is null
        || (before.Rank == after?.Rank && before.Zip(after).All(static pair => pair.First == pair.Second || pair.First.IsUnknown));

    /// <summary>The same type without its shape; nothing where it has none to lose.</summary>
    private static ValueType? Forget(ValueType? type) =>
        type switch
        {
            TensorType { Shape: not null } tensor => tensor with { Shape = null },
            SequenceType { Item: { } item } => new SequenceType(Forget(item)),
            OptionalType { Item: { } item } => new OptionalType(Forget(item)),
            _ => null,
        };
}
