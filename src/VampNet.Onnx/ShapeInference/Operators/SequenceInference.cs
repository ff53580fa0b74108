namespace VampNet.Onnx.ShapeInference.Operators;

/// <summary>Sequences of tensors.</summary>
internal static class SequenceInference
{
    public static void Register(OperatorRegistry registry)
    {
        registry.Add(Construct, "SequenceConstruct");
        registry.Add(Empty, "SequenceEmpty");
        registry.Add(Insert, "SequenceInsert");
        registry.Add(static context => context.Set(0, new SequenceType(ItemOf(context, 0))), "SequenceErase");
        registry.Add(static context => context.Set(0, ItemOf(context, 0)), "SequenceAt");
        registry.Add(Length, "SequenceLength");
        registry.Add(SplitToSequence, "SplitToSequence");
        registry.Add(ConcatFromSequence, "ConcatFromSequence");
        registry.Add(Map, "SequenceMap");
    }

    /// <summary>The type of a sequence's items; null when not known.</summary>
    private static ValueType? ItemOf(InferenceContext context, int input) =>
        context.TypeOf(input) switch
        {
            null => null,
            SequenceType sequence => sequence.Item,
            var other => throw context.RefuseKind(input, other, "a sequence"),
        };

    private static void Empty(InferenceContext context)
    {
        var item = new TensorType(context.ElementTypeAttribute("dtype", ElementType.Float), null);
        context.Set(0, new Fact(new SequenceType(item), IsEmptySequence: true));
    }

    private static void Construct(InferenceContext context)
    {
        int[] inputs = [.. Enumerable.Range(0, Math.Max(1, context.InputCount))];
        context.CommonElement(inputs);
        context.Set(0, new SequenceType(inputs.Select(context.TypeOf).Aggregate(TypeMerger.Union)));
    }

    private static void Insert(InferenceContext context)
    {
        (ValueType? items, ValueType? item) = (ItemOf(context, 0), context.TypeOf(1));
        if (
            items is TensorType { ElementType: var known }
            && known != ElementType.Undefined
            && context.ElementOf(1) is var given
            && given != ElementType.Undefined
            && given != known
        )
        {
            throw context.Refuse(
                InferenceDiagnosticIds.ElementTypeMismatch,
                $"an item of {given.OnnxName}",
                $"{known.OnnxName} as the sequence's",
                "Insert a Cast"
            );
        }

        context.Set(
            0,
            new SequenceType(items is null || context.FactOf(0).IsEmptySequence ? item : TypeMerger.Union(items, item) ?? items)
        );
    }

    private static void Length(InferenceContext context)
    {
        ItemOf(context, 0);
        context.Set(0, ElementType.Int64, TensorShape.Scalar);
    }

    private static void SplitToSequence(InferenceContext context)
    {
        TensorShape? input = context.ShapeOf(0, 1);
        TensorShape? item = null;
        if (input is not null)
        {
            int axis = context.Axis(context.Int("axis", 0), input.Rank);
            if (context.Has(1))
            {
                item = input.With(axis, PartLength(context, input[axis]));
            }
            else if (context.Flag("keepdims", otherwise: true))
            {
                item = input.With(axis, 1);
            }
            else
            {
                item = new TensorShape(input.Where((_, i) => i != axis));
            }
        }

        context.Set(0, new SequenceType(new TensorType(context.ElementOf(0), item)));
    }

    /// <summary>The length of every part, where all have the same.</summary>
    private static Dim PartLength(InferenceContext context, Dim whole)
    {
        if (context.ElementsOf(1) is not { Elements: [{ } first, .. var others] } parts)
        {
            return Dim.Unknown();
        }

        if (parts.Shape.Length == 1)
        {
            return others.All(other => first == other!) ? first : Dim.Unknown();
        }

        return !first.Is(0) && whole.Mod(first).Is(0) ? first : Dim.Unknown();
    }

    private static void ConcatFromSequence(InferenceContext context)
    {
        var item = ItemOf(context, 0) as TensorType;
        bool isNewAxis = context.Flag("new_axis");
        int rank = (item?.Shape?.Rank ?? 0) + (isNewAxis ? 1 : 0);
        TensorShape? shape = null;
        if (item?.Shape is { } each)
        {
            int axis = context.Axis(context.Int("axis", 0), rank);
            shape = isNewAxis ? new TensorShape(each.Dims.Insert(axis, Dim.Unknown())) : each.With(axis, Dim.Unknown());
        }

        context.Set(0, item?.ElementType ?? ElementType.Undefined, shape);
    }

    /// <summary>The body sees one item of each sequence, and tensors as they are.</summary>
    private static void Map(InferenceContext context)
    {
        Fact[] items = Enumerable
            .Range(0, context.InputCount)
            .Select(input => new Fact(input == 0 || context.TypeOf(input) is SequenceType ? ItemOf(context, input) : context.TypeOf(input)))
            .ToArray();
        IReadOnlyList<Fact> results = context.InferSubgraph("body", items);
        for (int i = 0; i < Math.Min(results.Count, context.OutputCount); i++)
        {
            context.Set(i, new SequenceType(results[i].Type));
        }
    }
}
