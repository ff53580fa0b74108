using System.Runtime.InteropServices;

namespace VampNet.Onnx.Rewriting;

/// <summary>
/// The cosines or sines of a rotary embedding, [.., T, H], whose elements occur twice: the second half repeats the first, or each
/// element is repeated at once. One of each, [.., T, H/2], is computed by the same operators from half of what they read: unary
/// operators, products with what does not vary along the last axis, lookups, and moves of the other axes.
/// </summary>
/// <param name="Patch">Patch that receives the operators.</param>
/// <param name="Context">Known facts of the model.</param>
/// <param name="IsInterleaved">Whether equal elements are neighbours.</param>
internal sealed record RotationTable(PatchBuilder Patch, RewriteContext Context, bool IsInterleaved)
{
    private const int MaxDepth = 16;

    /// <summary>One of each two elements; null when they are not known to be equal.</summary>
    public Operand? Distinct(Value value) => Distinct(value, MaxDepth);

    private Operand? Distinct(Value value, int depth)
    {
        if (depth == 0 || value.TensorType?.Shape is not { Rank: > 0 } shape || !shape[^1].TryGetConstant(out long width) || width % 2 != 0)
        {
            return null;
        }

        if (RewriteContext.ConstantOf(value) is { } constant)
        {
            return DistinctOf(value, constant, width);
        }

        if (value.Producer is not { Domain: "" } node || value.OutputIndex != 0)
        {
            return null;
        }

        switch (node.OpType)
        {
            case "Concat" when !IsInterleaved && node.Inputs is [{ } first, { } second] && first == second:
                return GraphPattern.IsLastAxis(node.Attributes.GetInt("axis"), value) ? Operand.FromValue(first) : null;
            case "Reshape" when IsInterleaved && RepeatedBy(node.Input(0)!) is { } once:
                return once.TensorType?.Shape?[^1].Is(width / 2) == true ? Operand.FromValue(once) : null;
            case "Cos" or "Sin" or "Cast" or "Neg" or "Identity":
                return Again(node, [node.Input(0)!], depth);
            case "Mul" or "Div" or "Add" or "Sub":
                return Again(node, [.. node.Inputs.OfType<Value>()], depth);
            case "Gather" when node.Input(0) is { TensorType.Shape: { Rank: > 1 } table } data:
                long axis = node.Attributes.GetInt("axis", 0);
                return (axis < 0 ? axis + table.Rank : axis) < table.Rank - 1 ? Again(node, [data], depth) : null;
            case "Unsqueeze" or "Squeeze" when node.Input(0)?.TensorType?.Shape is { Rank: > 0 } inner && inner[^1].Is(width):
                return Axes(node) is { } axes && axes.All(each => each != -1 && each < Math.Max(inner.Rank, shape.Rank) - 1)
                    ? Again(node, [node.Input(0)!], depth)
                    : null;
            case "Slice" when node.Input(0)?.TensorType?.Shape is { Rank: > 0 } inner && node.Input(3) is { } sliced:
                return Context.TryGetInt64s(sliced, out long[]? cut) && cut.All(each => each != -1 && each != inner.Rank - 1)
                    ? Again(node, [node.Input(0)!], depth)
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The same operator on half of those operands that vary along the last axis.</summary>
    private Operand? Again(Node node, Value[] varying, int depth)
    {
        Operand?[] inputs = [.. node.Inputs.Select(input => input is null ? null : Operand.FromValue(input))];
        for (int i = 0; i < varying.Length; i++)
        {
            bool isUniform = varying[i].TensorType?.Shape is { } shape && (shape.Rank == 0 || shape[^1].Is(1));
            if (!isUniform && (inputs[i] = Distinct(varying[i], depth - 1)) is null)
            {
                return null;
            }
        }

        return Patch.Node(node.OpType, inputs, [.. node.Attributes]);
    }

    /// <summary>Value that is put twice along a new last axis: the f of <c>concat(u(f), u(f))</c>, or of <c>expand(u(f))</c>.</summary>
    private Value? RepeatedBy(Value pairs)
    {
        if (RewriteContext.RankOf(pairs) is not > 1 || !pairs.TensorType!.Shape![^1].Is(2))
        {
            return null;
        }

        return GraphPattern.Producer(pairs, "Concat") is { } concat
            && GraphPattern.IsLastAxis(concat.Attributes.GetInt("axis"), pairs)
            && concat.Inputs is [{ } first, { } second]
            && WithoutLastAxis(first) is { } value
            && WithoutLastAxis(second) == value
                ? value
            : GraphPattern.Producer(pairs, "Expand") is { } expand && HaveEqualButLast(expand.Input(0), pairs)
                ? WithoutLastAxis(expand.Input(0)!)
            : null;
    }

    private static bool HaveEqualButLast(Value? value, Value pairs) =>
        value?.TensorType?.Shape is { Rank: > 0 } shape
        && pairs.TensorType!.Shape is { } whole
        && shape.SkipLast(1).SequenceEqual(whole.SkipLast(1));

    /// <summary>Value that an Unsqueeze gives a last axis of one element; null for anything else.</summary>
    public Value? WithoutLastAxis(Value value) =>
        GraphPattern.Producer(value, "Unsqueeze") is { } unsqueeze && Axes(unsqueeze) is [var axis] && GraphPattern.IsLastAxis(axis, value)
            ? unsqueeze.Input(0)
            : null;

    private long[]? Axes(Node node) =>
        node.Attributes.GetInts("axes") is { } given ? [.. given]
        : Context.TryGetInt64s(node.Input(1), out long[]? named) ? named
        : null;

    private ConstantOperand? DistinctOf(Value value, TensorData constant, long width)
    {
        if (constant.ElementType is not (ElementType.Float or ElementType.Float16) || constant.ByteLength > int.MaxValue)
        {
            return null;
        }

        byte[] whole = constant.ToBytes();
        return constant.ElementType == ElementType.Float
            ? Halve<float>(whole, value, constant, width)
            : Halve<ushort>(whole, value, constant, width);
    }

    private ConstantOperand? Halve<T>(byte[] whole, Value value, TensorData constant, long width)
        where T : unmanaged, IEquatable<T>
    {
        ReadOnlySpan<T> elements = MemoryMarshal.Cast<byte, T>(whole);
        T[] half = new T[elements.Length / 2];
        int distinct = (int)width / 2;
        for (int i = 0; i < half.Length; i++)
        {
            int row = i / distinct * (int)width;
            int column = i % distinct;
            half[i] = elements[row + (IsInterleaved ? 2 * column : column)];
            if (!half[i].Equals(elements[row + (IsInterleaved ? (2 * column) + 1 : column + distinct)]))
            {
                return null;
            }
        }

        long[] shape = [.. constant.Shape.SkipLast(1), distinct];
        byte[] bytes = MemoryMarshal.AsBytes(half.AsSpan()).ToArray();
        return new ConstantOperand($"{value.Name}.distinct", TensorData.FromBytes(constant.ElementType, bytes, shape));
    }
}
