using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Einsum of two operands that is a batched matrix product becomes MatMul: <c>...mk, ...kn -> ...mn</c>, where the batch letters
/// are in one order in all three, one letter is summed over, and each operand may have its last two letters either way round.
/// </summary>
internal sealed class EinsumToMatMulRule : RewriteRule
{
    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["Einsum"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (!node.Is("Einsum") || node.Inputs is not [{ } left, { } right])
        {
            return RuleOutcome.Irrelevant;
        }

        string equation = node.Attributes.GetString("equation").Replace(" ", "");
        if (
            equation.Split("->") is not [var operands, var result]
            || operands.Split(',') is not [var a, var b]
            || !IsPlain(a)
            || !IsPlain(b)
            || !IsPlain(result)
            || a.Length < 2
            || a.Length != b.Length
            || a.Length != result.Length
        )
        {
            return RuleOutcome.Miss(node, $"its equation '{equation}' is not of the form ...mk,...kn->...mn");
        }

        string batch = result[..^2];
        if (
            !a.StartsWith(batch, StringComparison.Ordinal)
            || !b.StartsWith(batch, StringComparison.Ordinal)
            || !a.Distinct().SequenceEqual(a)
            || !b.Distinct().SequenceEqual(b)
        )
        {
            return RuleOutcome.Miss(node, $"the batch letters '{batch}' do not lead every term of its equation '{equation}'");
        }

        (char m, char n) = (result[^2], result[^1]);
        (string x, string y) = (a[^2..], b[^2..]);
        if (!x.Contains(m) || !y.Contains(n))
        {
            (left, right) = (right, left);
            (x, y) = (y, x);
        }

        char k = x[0] == m ? x[1] : x[0];
        if (m == n || !x.Contains(m) || !y.Contains(n) || !y.Contains(k) || k == m || k == n)
        {
            return RuleOutcome.Miss(node, $"its equation '{equation}' does not sum over one letter");
        }

        PatchBuilder patch = new();
        Operand first = x[0] == m ? left : SwapLast(patch, left, a.Length);
        Operand second = y[0] == k ? right : SwapLast(patch, right, a.Length);
        return patch.Replace(node.Outputs[0], patch.Node("MatMul", [first, second])).Build();
    }

    private static bool IsPlain(string term) => term.All(char.IsAsciiLetter);

    private static Operand SwapLast(PatchBuilder patch, Value value, int rank)
    {
        long[] perm = [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];
        return patch.Node("Transpose", [value], [("perm", perm)]);
    }
}
