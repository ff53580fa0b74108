using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>Instance and group normalization from the operators that exporters take them apart into.</summary>
public sealed class InstanceNormalizationRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");

    [Fact]
    public void Fuse_OverAllSpatialAxes_IsOneOperator()
    {
        GraphBuilder g = new("g", 17);
        Value y = Normed(g, g.Input("x", ElementType.Float, B, 4, 5, 6), [2, 3]);

        Assert.Equal(["InstanceNormalization", "Neg"], Fire(Finish(g, y, B, 4, 5, 6), new FuseInstanceNormalizationRule()));
    }

    [Fact]
    public void Fuse_BetweenReshapes_IsGroupNormalizationOverGroups()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, 2, 6, 5);
        Value grouped = g.Node("Reshape", "grouped", [x, g.Constant([2L, 3, -1])]);
        Value y = g.Node("Reshape", "back", [Normed(g, grouped, [2]), g.Constant([2L, 6, 5])]);

        Assert.Equal(
            ["Reshape", "InstanceNormalization", "Reshape", "Neg"],
            Fire(Finish(g, y, 2, 6, 5), new FuseInstanceNormalizationRule())
        );
    }

    [Fact]
    public void Fold_FactorsAndShiftsOfChannels_GoIntoTheNormalization()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, 4, 5, 6);
        Value y = g.Node("InstanceNormalization", "n", [x, g.Weight("s", Numbers(4)), g.Weight("b", Numbers(4))]);
        y = g.Node("Mul", "scaled", [y, g.Weight("w", Numbers(4, 1, 1))]);
        y = g.Node("Add", "shifted", [y, g.Weight("t", Numbers(1, 4, 1, 1))]);

        Assert.Equal(["InstanceNormalization", "Neg"], Fire(Finish(g, y, B, 4, 5, 6), new FoldNormalizationAffineRule()));
    }

    [Fact]
    public void Fuse_EachGuard_Stops()
    {
        GraphBuilder places = new("g", 17);
        Value y = Normed(places, places.Input("x", ElementType.Float, B, 4, 5, 6), [2, 3]);
        y = places.Node("Mul", "scaled", [y, places.Weight("w", Numbers(5, 6))]);
        Assert.Contains(
            Refuse(Finish(places, y, B, 4, 5, 6), new FuseInstanceNormalizationRule()),
            reason => reason.Contains("layer normalization", StringComparison.Ordinal)
        );

        GraphBuilder sequence = new("g", 17);
        y = Normed(sequence, sequence.Input("x", ElementType.Float, B, 4, 6), [2]);
        Assert.NotEmpty(Refuse(Finish(sequence, y, B, 4, 6), new FuseInstanceNormalizationRule()));

        GraphBuilder open = new("g", 17);
        y = Normed(open, open.Input("x", ElementType.Float, B, Dim.Symbol("N"), 5, 6), [2, 3]);
        Assert.Contains(
            Refuse(Finish(open, y, B, Dim.Symbol("N"), 5, 6), new FuseInstanceNormalizationRule()),
            reason => reason.Contains("not known", StringComparison.Ordinal)
        );

        GraphBuilder wide = new("g", 17);
        y = Normed(wide, wide.Input("x", ElementType.Float, B, 4, 5, 6), [3]);
        Assert.Empty(Refuse(Finish(wide, y, B, 4, 5, 6), new FuseInstanceNormalizationRule()));

        GraphBuilder shared = new("g", 17);
        Value x = shared.Input("x", ElementType.Float, B, 4, 5, 6);
        Value n = shared.Node("InstanceNormalization", "n", [x, shared.Weight("s", Numbers(4)), shared.Weight("b", Numbers(4))]);
        y = shared.Node("Add", "both", [shared.Node("Mul", "scaled", [n, shared.Weight("w", Numbers(4, 1, 1))]), n]);
        Assert.Contains(
            Refuse(Finish(shared, y, B, 4, 5, 6), new FoldNormalizationAffineRule()),
            reason => reason.Contains("other readers", StringComparison.Ordinal)
        );
    }

    private static Value Normed(GraphBuilder g, Value x, long[] axes)
    {
        Value mean = g.Node("ReduceMean", "mean", [x], [("axes", axes), ("keepdims", 1L)]);
        Value centred = g.Node("Sub", "centred", [x, mean]);
        Value square = g.Node("Pow", "square", [centred, g.Constant(2f)]);
        Value variance = g.Node("ReduceMean", "variance", [square], [("axes", axes), ("keepdims", 1L)]);
        Value root = g.Node("Sqrt", "root", [g.Node("Add", "safe", [variance, g.Constant(1e-5f)])]);
        return g.Node("Div", "normed", [centred, root]);
    }

    private static Model Finish(GraphBuilder g, Value y, params Dim[] shape)
    {
        g.Output(g.Node("Neg", "out", [y]), "y", ElementType.Float, shape);
        return g.Build();
    }

    private static TensorData Numbers(params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 0.5f + (i * 0.25f);
        }

        return TensorData.FromArray(values, shape);
    }
}
