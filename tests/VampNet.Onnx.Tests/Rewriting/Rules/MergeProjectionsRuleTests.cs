using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

public sealed class MergeProjectionsRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    private static TensorData Ramp(int seed, params long[] shape)
    {
        float[] values =
        [
            .. Enumerable
                .Range(0, (int)shape.Aggregate(1L, (product, length) => product * length))
                .Select(i => (float)Math.Sin((i + seed) * 0.7)),
        ];
        return TensorData.FromArray(values, shape);
    }

    /// <summary>x [B,T,4] times each weight, every product an output.</summary>
    private static Model Products(int opset, params TensorData[] weights)
    {
        GraphBuilder g = new("g", opset);
        Value x = g.Input("x", ElementType.Float, B, T, 4);
        for (int i = 0; i < weights.Length; i++)
        {
            Value y = g.Node("MatMul", $"p{i}", [x, g.Weight($"w{i}", weights[i])]);
            g.Output(y, $"y{i}", ElementType.Float, B, T, weights[i].Shape[^1]);
        }

        return g.Build();
    }

    [Theory]
    [InlineData(20)]
    [InlineData(17)]
    [InlineData(12)]
    public void Apply_ThreeProjectionsOfUnequalWidth_AreOneProductAndASplit(int opset)
    {
        Model model = Products(opset, Ramp(1, 4, 5), Ramp(2, 4, 3), Ramp(3, 4, 6));
        Assert.Equal(["MatMul", "Split"], Fire(model, new MergeProjectionsRule()));
        Assert.Equal([4L, 14L], model.Graph.Nodes[0].Inputs[1]!.Constant!.Shape);
    }

    [Fact]
    public void Apply_ProductReadBeforeTheNextOne_PutsTheJoinedProductBeforeBoth()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, B, T, 4);
        Value early = g.Node("Neg", "early", [g.Node("MatMul", "p0", [x, g.Weight("w0", Ramp(1, 4, 5))])]);
        Value late = g.Node("MatMul", "p1", [x, g.Weight("w1", Ramp(2, 4, 5))]);
        g.Output(g.Node("Add", "sum", [early, late]), "y", ElementType.Float, B, T, 5);
        Assert.Equal(["MatMul", "Split", "Neg", "Add"], Fire(g.Build(), new MergeProjectionsRule()));
    }

    [Fact]
    public void Apply_JoinedMatrix_IsMadeOnlyWhileItIsWritten()
    {
        int made = 0;
        TensorData lazy = TensorData.Lazy(ElementType.Float, [4, 5_000], _ => made++);
        Model model = Products(20, lazy, Ramp(2, 4, 3));
        Assert.True(new RulesPass("test", new MergeProjectionsRule()).Run(model, RewriteTarget.Portable, []));
        Assert.Equal(0, made);
        _ = ModelWriter.ToBytes(model);
        Assert.NotEqual(0, made);
    }

    [Fact]
    public void Apply_MatrixReadTwice_Stays()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, B, T, 4);
        Value w = g.Weight("w0", Ramp(1, 4, 5));
        g.Output(g.Node("MatMul", "p0", [x, w]), "y0", ElementType.Float, B, T, 5);
        g.Output(g.Node("MatMul", "p1", [x, g.Weight("w1", Ramp(2, 4, 5))]), "y1", ElementType.Float, B, T, 5);
        g.Output(g.Node("Neg", "n", [w]), "y2", ElementType.Float, 4, 5);
        Assert.Contains("stored twice", Assert.Single(Refuse(g.Build(), new MergeProjectionsRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_RowsThatDiffer_Stay()
    {
        GraphBuilder g = new("g", 20);
        Value x = g.Input("x", ElementType.Float, B, T, Dim.Symbol("N"));
        g.Output(g.Node("MatMul", "p0", [x, g.Weight("w0", Ramp(1, 4, 5))]), "y0", ElementType.Float, B, T, 5);
        g.Output(g.Node("MatMul", "p1", [x, g.Weight("w1", Ramp(2, 3, 5))]), "y1", ElementType.Float, B, T, 5);
        Assert.Contains("rows or types differ", Assert.Single(Refuse(g.Build(), new MergeProjectionsRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_JoinedMatrixBeyondOneSpan_Stays()
    {
        TensorData large = TensorData.Lazy(
            ElementType.Float,
            [4, 1L << 27],
            _ => throw new InvalidOperationException("Nobody needs the contents.")
        );
        Assert.Contains(
            "larger than",
            Assert.Single(Refuse(Products(20, large, Ramp(1, 4, 5)), new MergeProjectionsRule())),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Apply_OneProductOrOtherRanks_IsNoneOfItsBusiness()
    {
        Assert.Empty(Refuse(Products(20, Ramp(1, 4, 5)), new MergeProjectionsRule()));
        Assert.Empty(Refuse(Products(20, Ramp(1, 4, 5), Ramp(2, 1, 4, 5)), new MergeProjectionsRule()));
    }
}
