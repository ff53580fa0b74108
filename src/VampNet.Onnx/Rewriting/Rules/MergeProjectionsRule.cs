using System.Collections.Immutable;

namespace VampNet.Onnx.Rewriting.Rules;

/// <summary>
/// Products of one activation with several constant matrices become one product with the matrices side by side, and a Split of
/// its last axis: <c>x W1, x W2, x W3 = split(x [W1 W2 W3])</c>. So do the query, key and value of attention. Only matrices that
/// nothing else reads take part, so that the model does not grow. The joined matrix is made while it is written.
/// </summary>
internal sealed class MergeProjectionsRule : RewriteRule
{
    private const int FirstOpsetOfSizesAsInput = 13;

    // Contents are written through one span, whose length is a 32-bit integer.
    private const long MostBytes = int.MaxValue;

    /// <inheritdoc/>
    public override NumericalEffect Effect => NumericalEffect.Reordered;

    /// <inheritdoc/>
    public override ImmutableArray<string> Anchors => ["MatMul"];

    /// <inheritdoc/>
    public override RuleOutcome Apply(Node node, RewriteContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        if (!node.Is("MatMul") || node.Input(0) is not { } x || MatrixOf(node) is not { } first)
        {
            return RuleOutcome.Irrelevant;
        }

        List<Node> candidates =
        [
            .. x
                .Uses.Where(use =>
                    use.InputIndex == 0 && use.Node.Is("MatMul") && use.Node.Graph == node.Graph && MatrixOf(use.Node) is not null
                )
                .Select(use => use.Node),
        ];
        if (candidates.Count < 2)
        {
            return RuleOutcome.Irrelevant;
        }

        // All readers of the results come after the first of the products, so the joined product goes there.
        List<Node> products = [.. candidates.Distinct().OrderBy(candidate => candidate.Place.Order)];
        if (products[0] != node)
        {
            return RuleOutcome.Irrelevant;
        }

        if (products.Find(product => !GraphPattern.IsReadOnce(product.Input(1)!)) is { } shared)
        {
            return RuleOutcome.Miss(shared, $"its matrix '{shared.Input(1)!.Name}' is read elsewhere too, and would be stored twice");
        }

        TensorData[] matrices = [.. products.Select(product => MatrixOf(product)!)];
        if (
            Array.FindIndex(matrices, matrix => matrix.ElementType != first.ElementType || matrix.Shape[0] != first.Shape[0])
            is >= 0
                and var other
        )
        {
            return RuleOutcome.Miss(
                products[other],
                $"its matrix is {matrices[other]}, that of {node.Describe()} {first}: rows or types differ"
            );
        }

        return matrices.Sum(matrix => (decimal)matrix.ByteLength) > MostBytes
            ? RuleOutcome.Miss(node, $"the joined matrix would be larger than {MostBytes} bytes")
            : Merge(products, matrices, context.Model.Opset);
    }

    private static RuleOutcome Merge(List<Node> products, TensorData[] matrices, int opset)
    {
        PatchBuilder patch = new();
        string name = products[0].Input(1)!.Name;
        Operand joined = patch.Node("MatMul", [products[0].Input(0)!, PatchBuilder.Constant($"{name}.joined", Join(matrices))]);
        long[] sizes = [.. matrices.Select(matrix => matrix.Shape[1])];
        Operand[] parts =
            opset >= FirstOpsetOfSizesAsInput
                ? patch.Nodes(
                    "Split",
                    [joined, PatchBuilder.Constant($"{name}.sizes", TensorData.FromArray(sizes, sizes.Length))],
                    sizes.Length,
                    [("axis", -1)]
                )
                : patch.Nodes("Split", [joined], sizes.Length, [("axis", -1), ("split", sizes)]);
        for (int i = 0; i < parts.Length; i++)
        {
            patch.Replace(products[i].Outputs[0], parts[i]);
        }

        return patch.Build();
    }

    private static TensorData? MatrixOf(Node product) =>
        RewriteContext.ConstantOf(product.Input(1)) is { Shape.Length: 2, ElementType.BitWidth: >= 8 } matrix ? matrix : null;

    private static TensorData Join(TensorData[] matrices)
    {
        long rows = matrices[0].Shape[0];
        long columns = matrices.Sum(matrix => matrix.Shape[1]);
        return TensorData.Lazy(
            matrices[0].ElementType,
            [rows, columns],
            bytes =>
            {
                int stride = rows == 0 ? 0 : bytes.Length / (int)rows;
                int start = 0;
                foreach (TensorData matrix in matrices)
                {
                    ReadOnlySpan<byte> source = matrix.TryGetSpan(out ReadOnlySpan<byte> span) ? span : matrix.ToBytes();
                    int width = rows == 0 ? 0 : source.Length / (int)rows;
                    for (int row = 0; row < rows; row++)
                    {
                        source.Slice(row * width, width).CopyTo(bytes[((row * stride) + start)..]);
                    }

                    start += width;
                }
            }
        );
    }
}
