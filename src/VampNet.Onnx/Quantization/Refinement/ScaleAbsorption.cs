using System.Collections.Immutable;
using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Quantization.Refinement;

/// <summary>
/// Finds the constants in which the channels of a value, its last axis, can be scaled exactly, searching backwards through linear
/// operations:
/// <code>
/// normalization(x) * w      w, and the bias of a LayerNormalization
/// a * w, a / b              w when it is a constant vector, else a
/// a * b                     a, or else b: the gated half of a feed-forward block
/// x W + c                   the columns of W, and c
/// part i of Split(x)        those channels of x
/// attention(q, k, v)        v: what is mixed over positions keeps its channels
/// </code>
/// No other node may read a scaled value between the constants and the value.
/// </summary>
internal sealed class ScaleAbsorption
{
    private const string Microsoft = "com.microsoft";
    private readonly List<ScaledConstant> _constants = [];
    private readonly List<Value> _values = [];

    private ScaleAbsorption() { }

    /// <summary>Searches.</summary>
    /// <param name="value">The value; whoever reads it is the caller's care.</param>
    /// <param name="channels">The length of its last axis.</param>
    /// <returns>The constants, and the values that scaling these changes, the value itself first; no constants, with the reason, when there
    /// is no exact place.</returns>
    public static (ImmutableArray<ScaledConstant> Constants, ImmutableArray<Value> Values, string Reason) Find(Value value, int channels)
    {
        ScaleAbsorption absorption = new();
        string? reason = absorption.Enter(value, 0, channels);
        return reason is null ? ([.. absorption._constants], [.. absorption._values], "") : ([], [], reason);
    }

    // Null if the scale can be absorbed, otherwise the reason why not.
    private string? Enter(Value value, int start, int count)
    {
        if (value.Producer is not { } node)
        {
            return "it is an input of the graph";
        }

        _values.Add(value);
        return (node.Domain, node.OpType) switch
        {
            ("", "MatMul") => EnterProduct(node, start, count),
            ("", "Gemm") => EnterProduct(node, start, count),
            ("", "Add") => EnterSum(node, start, count),
            ("", "Mul") => EnterFactors(node, start, count),
            ("", "Div") => Follow(node, 0, start, count),
            ("", "Split") => EnterSplit(node, value, start, count),
            ("", "Reshape") => EnterAttention(node, start, count),
            (Microsoft, "MultiHeadAttention") when MixesAlone(node) => Follow(node, 2, start, count),
            ("", "SimplifiedLayerNormalization" or "RMSNormalization") when value.OutputIndex == 0 && IsLastAxis(node) => Take(
                node,
                1,
                start,
                count
            ),
            ("", "LayerNormalization") when value.OutputIndex == 0 && IsLastAxis(node) => Take(node, 1, start, count)
                ?? (node.Input(2) is null ? null : Take(node, 2, start, count)),
            (Microsoft, "SkipSimplifiedLayerNormalization") when value.OutputIndex == 0 => Take(node, 2, start, count),
            (Microsoft, "SkipLayerNormalization") when value.OutputIndex == 0 => Take(node, 2, start, count)
                ?? (node.Input(3) is null ? null : Take(node, 3, start, count)),
            _ => $"{node.OpType} before it has no constant that scales its channels",
        };
    }

    private string? Follow(Node node, int input, int start, int count) =>
        node.Inputs[input] switch
        {
            null => $"{node.OpType} before it lacks an input",
            { IsConstant: true } => Take(node, input, start, count),
            { Uses.Count: 1, IsGraphOutput: false } value => Enter(value, start, count),
            { } value => $"{value.Name} before it has other readers",
        };

    // A constant vector along the channels; all of its axes but the last have length 1.
    private string? Take(Node node, int input, int start, int count)
    {
        if (
            node.Input(input) is not { IsConstant: true, Constant: { ElementType: var type, Shape: { Length: > 0 } shape } }
            || type != ElementType.Float
            || shape[..^1].Any(length => length != 1)
            || shape[^1] < start + count
        )
        {
            return $"{node.OpType} before it has no constant that scales its channels";
        }

        _constants.Add(new ScaledConstant(node, input, shape.Length - 1, start));
        return null;
    }

    private string? EnterProduct(Node node, int start, int count)
    {
        if (MatrixWeight.Of(node).Weight is not { } weight || weight.Matrix.Shape[1] < start + count || weight.Value.Owner != node.Graph)
        {
            return $"{node.OpType} before it multiplies by no constant matrix of its width";
        }

        _constants.Add(new ScaledConstant(node, 1, weight.Transposed ? 0 : 1, start));
        return weight.Bias is null ? null : Take(node, 2, start, count);
    }

    private string? EnterSum(Node node, int start, int count)
    {
        int constant =
            node.Inputs is [_, { IsConstant: true }] ? 1
            : node.Inputs is [{ IsConstant: true }, _] ? 0
            : -1;
        return constant < 0
            ? "the sum before it has two terms that are computed"
            : Take(node, constant, start, count) ?? Follow(node, 1 - constant, start, count);
    }

    private string? EnterFactors(Node node, int start, int count)
    {
        // Constant vectors come first: then nothing before them changes.
        foreach (int input in (int[])[.. Enumerable.Range(0, 2).OrderByDescending(i => node.Inputs[i] is { IsConstant: true })])
        {
            (int constants, int values) = (_constants.Count, _values.Count);
            if (Follow(node, input, start, count) is null)
            {
                return null;
            }

            _constants.RemoveRange(constants, _constants.Count - constants);
            _values.RemoveRange(values, _values.Count - values);
        }

        return "neither factor before it can be scaled";
    }

    private string? EnterSplit(Node node, Value part, int start, int count)
    {
        if (
            !GraphPattern.IsLastAxis(node.Attributes.GetInt("axis", 0), node.Input(0))
            || RewriteContext.ConstantOf(node.Input(1))?.ToInt64s() is not { } sizes
        )
        {
            return "the Split before it is not along constant parts of the last axis";
        }

        return Follow(node, 0, (int)sizes[..part.OutputIndex].Sum() + start, count);
    }

    // joined = Reshape(Transpose(P Transpose(Reshape(v, [0,0,H,d]), p), inverse of p), [0,0,H*d]), where p puts heads before positions
    private string? EnterAttention(Node joined, int start, int count)
    {
        if (
            IsReshape(joined, 3)
            && Sole(joined.Inputs[0], "Transpose") is { } back
            && Sole(back.Inputs[0], "MatMul") is { } mixing
            && Sole(mixing.Input(1), "Transpose") is { } swap
            && Sole(swap.Inputs[0], "Reshape") is { } splitting
            && IsReshape(splitting, 4)
            && GraphPattern.PermutationOf(swap) is [.., 1, 3] heads
            && GraphPattern.PermutationOf(back) is { } restored
            && heads.Index().All(axis => restored[axis.Item] == axis.Index)
        )
        {
            return Follow(splitting, 0, start, count);
        }

        return "the Reshape before it joins no attention heads";
    }

    // Whether nothing is added to v, neither a bias nor values of earlier positions, and nothing else reads it.
    private static bool MixesAlone(Node attention) =>
        attention.Inputs.Index().All(input => input.Index is not (3 or 7) || input.Item is null)
        && attention.Outputs.Skip(1).All(output => output.Name.Length == 0);

    private static bool IsReshape(Node node, int rank) =>
        node.Attributes.GetInt("allowzero", 0) == 0
        && RewriteContext.ConstantOf(node.Input(1))?.ToInt64s() is { } shape
        && shape.Length == rank
        && shape[0] == 0
        && shape[1] == 0;

    private static Node? Sole(Value? value, string opType) =>
        value is not null && GraphPattern.IsReadOnce(value) ? GraphPattern.Producer(value, opType) : null;

    private static bool IsLastAxis(Node normalization) =>
        GraphPattern.IsLastAxis(normalization.Attributes.GetInt("axis", -1), normalization.Input(0));
}
