using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace VampNet.Onnx.Rewriting;

/// <summary>Pattern queries for rules: producers and readers of values, and comparison of shapes. <see cref="RewriteContext"/> has queries
/// for values.</summary>
public static class GraphPattern
{
    /// <summary>The operators of ai.onnx that combine two operands element by element, broadcast to a common shape.</summary>
    public static ImmutableArray<string> BroadcastingOperators { get; } =
    ["Add", "Sub", "Mul", "Div", "Min", "Max", "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or"];

    /// <summary>Whether the operator combines its operands element by element, broadcast to a common shape.</summary>
    public static bool IsBroadcasting(Node node) => node.Domain.Length == 0 && BroadcastingOperators.Contains(node.OpType);

    /// <summary>The node that produces a value, if it is this operator of ai.onnx and the value is its first output; otherwise
    /// null.</summary>
    public static Node? Producer(Value? value, string opType) =>
        value is { Producer: { } producer, OutputIndex: 0 } && producer.Is(opType) ? producer : null;

    /// <summary>Whether nothing but one input of one node reads the value.</summary>
    public static bool IsReadOnce(Value value) => value is { Uses.Count: 1, IsGraphOutput: false };

    /// <summary>Splits the two inputs of a commutative node into the one that a test accepts and the other.</summary>
    public static bool TryMatchEither(
        Node node,
        Func<Value, bool> accepts,
        [NotNullWhen(true)] out Value? match,
        [NotNullWhen(true)] out Value? other
    )
    {
        (match, other) = (null, null);
        if (node.Inputs is not [{ } first, { } second])
        {
            return false;
        }

        (match, other) =
            accepts(first) ? (first, second)
            : accepts(second) ? (second, first)
            : (null, null);
        return match is not null;
    }

    /// <summary>The other input of a commutative node that has this constant scalar as one input.</summary>
    public static Value? BesideScalar(Node? node, double scalar) =>
        node is not null && TryMatchEither(node, value => RewriteContext.IsScalar(value, scalar), out _, out Value? other) ? other : null;

    /// <summary>The divisor v of <c>1 / v</c>, written as Div or Reciprocal; null for anything else.</summary>
    public static Value? DivisorOfReciprocal(Value value) =>
        Producer(value, "Reciprocal")?.Input(0)
        ?? (Producer(value, "Div") is { } quotient && RewriteContext.IsScalar(quotient.Input(0), 1) ? quotient.Input(1) : null);

    /// <summary>The permutation of a Transpose, written out; null when its rank is not known or the permutation is none.</summary>
    public static long[]? PermutationOf(Node transpose)
    {
        int rank = RewriteContext.RankOf(transpose.Input(0));
        long[]? perm =
            transpose.Attributes.GetInts("perm") is { } given ? [.. given]
            : rank >= 0 ? [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)]
            : null;
        return
            perm is not null
            && (rank < 0 || perm.Length == rank)
            && perm.Order().SequenceEqual(Enumerable.Range(0, perm.Length).Select(axis => (long)axis))
            ? perm
            : null;
    }

    /// <summary>Whether the axis names the last of the value's dimensions.</summary>
    public static bool IsLastAxis(long axis, Value? value) =>
        axis == -1 || (RewriteContext.RankOf(value) is >= 1 and var rank && axis == rank - 1);

    /// <summary>Whether the two values have shapes that are known to be equal.</summary>
    public static bool HaveEqualShapes(Value? left, Value? right) =>
        left?.TensorType?.Shape is { } a && right?.TensorType?.Shape is { } b && a.Equals(b);
}
