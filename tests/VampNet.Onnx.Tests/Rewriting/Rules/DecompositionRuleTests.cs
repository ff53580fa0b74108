using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>Activations and layer normalization from the operators that exporters take them apart into.</summary>
public sealed class DecompositionRuleTests
{
    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");

    [Theory]
    [InlineData(17, RewriteTarget.Portable, "div", true)]
    [InlineData(17, RewriteTarget.Portable, "reciprocal", true)]
    [InlineData(17, RewriteTarget.Portable, "power", false)]
    [InlineData(20, RewriteTarget.Portable, "twice", true)]
    [InlineData(11, RewriteTarget.OnnxRuntime, "div", true)]
    [InlineData(11, RewriteTarget.OnnxRuntime, "half", false)]
    public void FuseLayerNormalization_EverySpelling_IsOneOperator(int opset, RewriteTarget target, string form, bool bias)
    {
        GraphBuilder g = new("g", opset);
        Value y = LayerNormalization(g, g.Input("x", ElementType.Float, B, T, 6), form, bias, [-1]);
        Assert.Equal(["LayerNormalization", "Neg"], Fire(Finish(g, y), new FuseLayerNormalizationRule(), target));
    }

    [Fact]
    public void FuseLayerNormalization_OverTwoAxes_BeginsAtTheFirst()
    {
        GraphBuilder g = new("g", 17);
        Value y = LayerNormalization(g, g.Input("x", ElementType.Float, B, 5, 6), "div", true, [1, 2], 5, 6);
        Model model = Finish(g, y);
        Assert.Equal(["LayerNormalization", "Neg"], Fire(model, new FuseLayerNormalizationRule()));
        Assert.Equal(-2, model.Graph.Nodes[0].Attributes.GetInt("axis"));
    }

    [Fact]
    public void FuseLayerNormalization_ComputedInFloat32_IsOneOperatorOfFloat16()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Node("Cast", "narrow", [g.Input("x", ElementType.Float, B, T, 6)], [("to", (long)ElementType.Float16)]);
        Value wide = g.Node("Cast", "wide", [x], [("to", (long)ElementType.Float)]);
        Value normed = Normed(g, wide, "div", [-1]);
        Value back = g.Node("Cast", "back", [normed], [("to", (long)ElementType.Float16)]);
        Half[] ones = [.. Enumerable.Range(1, 6).Select(i => (Half)i)];
        Value y = g.Node("Mul", "scaled", [back, g.Weight("w", TensorData.FromArray(ones, 6))]);
        Model model = Finish(g, g.Node("Cast", "out", [y], [("to", (long)ElementType.Float)]));
        new RulesPass("test", new FuseLayerNormalizationRule()).Run(model, RewriteTarget.Portable, []);
        Assert.Equal(["Cast", "LayerNormalization", "Cast", "Neg"], model.Graph.Nodes.Select(node => node.OpType));
        OrtRunner.Run(model, new Dictionary<string, long> { ["B"] = 2, ["T"] = 3 });
    }

    [Fact]
    public void FuseLayerNormalization_EachGuard_Stops()
    {
        GraphBuilder old = new("g", 16);
        Value y = LayerNormalization(old, old.Input("x", ElementType.Float, B, T, 6), "div", true, [-1]);
        Assert.Contains("opset 17", Assert.Single(Refuse(Finish(old, y), new FuseLayerNormalizationRule())), StringComparison.Ordinal);

        GraphBuilder axes = new("g", 17);
        y = LayerNormalization(axes, axes.Input("x", ElementType.Float, B, 5, 6), "div", true, [1]);
        Assert.Empty(Refuse(Finish(axes, y), new FuseLayerNormalizationRule()));

        GraphBuilder width = new("g", 17);
        y = LayerNormalization(width, width.Input("x", ElementType.Float, B, T, 6), "div", true, [-1], 1);
        Assert.Contains("last axes", Assert.Single(Refuse(Finish(width, y), new FuseLayerNormalizationRule())), StringComparison.Ordinal);
    }

    [Fact]
    public void FuseRmsNormalization_OfACentredValue_LeavesItToLayerNormalization()
    {
        GraphBuilder g = new("g", 17);
        Value y = LayerNormalization(g, g.Input("x", ElementType.Float, B, T, 6), "div", true, [-1]);
        Assert.Empty(Refuse(Finish(g, y), new FuseRmsNormalizationRule(), RewriteTarget.OnnxRuntime));
    }

    [Theory]
    [InlineData(20, RewriteTarget.Portable, "half first", "Gelu")]
    [InlineData(20, RewriteTarget.Portable, "half last", "Gelu")]
    [InlineData(20, RewriteTarget.Portable, "halved", "Gelu")]
    [InlineData(13, RewriteTarget.OnnxRuntime, "product", "Gelu")]
    public void FuseGelu_OfTheErrorFunction_IsOneOperator(int opset, RewriteTarget target, string form, string expected)
    {
        GraphBuilder g = new("g", opset);
        Model model = Finish(g, ErrorGelu(g, g.Input("x", ElementType.Float, B, T), form));
        Assert.Equal([expected, "Neg"], Fire(model, new FuseGeluRule(), target));
        Assert.Equal(opset < 20 ? "com.microsoft" : "", model.Graph.Nodes[0].Domain);
    }

    [Fact]
    public void FuseGelu_OfTheErrorFunctionAtAnOldOpset_Stays()
    {
        GraphBuilder g = new("g", 13);
        Model model = Finish(g, ErrorGelu(g, g.Input("x", ElementType.Float, B, T), "product"));
        Assert.Contains("opset 20", Assert.Single(Refuse(model, new FuseGeluRule())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sixth last")]
    [InlineData("sixth on the gate")]
    [InlineData("sixth as factor")]
    [InlineData("hard sigmoid")]
    public void FuseSwish_HardSwish_IsOneOperator(string form)
    {
        GraphBuilder g = new("g", 14);
        Assert.Equal(["HardSwish", "Neg"], Fire(Finish(g, HardSwish(g, g.Input("x", ElementType.Float, B, T), form)), new FuseSwishRule()));
    }

    [Fact]
    public void FuseSwish_HardSwishAtAnOldOpset_Stays()
    {
        GraphBuilder g = new("g", 13);
        Model model = Finish(g, HardSwish(g, g.Input("x", ElementType.Float, B, T), "sixth last"));
        Assert.Contains("opset 14", Assert.Single(Refuse(model, new FuseSwishRule())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1.702f)]
    public void FuseSwish_Sigmoid_IsQuickGeluForOnnxRuntime(float alpha)
    {
        GraphBuilder g = new("g", 14);
        Value x = g.Input("x", ElementType.Float, B, T);
        Value inner = alpha == 1 ? x : g.Node("Mul", "inner", [x, g.Constant(alpha)]);
        Model model = Finish(g, g.Node("Mul", "gated", [g.Node("Sigmoid", "gate", [inner]), x]));
        Assert.Contains("target ONNX Runtime", Assert.Single(Refuse(model, new FuseSwishRule())), StringComparison.Ordinal);
        Assert.Equal(["QuickGelu", "Neg"], Fire(model, new FuseSwishRule(), RewriteTarget.OnnxRuntime));
    }

    [Fact]
    public void FuseSwish_OtherGate_Stays()
    {
        GraphBuilder g = new("g", 14);
        Value x = g.Input("x", ElementType.Float, B, T);
        Value gate = g.Node("HardSigmoid", "gate", [x]);
        Assert.Empty(Refuse(Finish(g, g.Node("Mul", "gated", [gate, x])), new FuseSwishRule()));
    }

    private static Value HardSwish(GraphBuilder g, Value x, string form)
    {
        if (form == "hard sigmoid")
        {
            return g.Node("Mul", "gated", [x, g.Node("HardSigmoid", "gate", [x], [("alpha", 1 / 6f), ("beta", 0.5f)])]);
        }

        Value gate = g.Node("Clip", "gate", [g.Node("Add", "moved", [x, g.Constant(3f)]), g.Constant(0f), g.Constant(6f)]);
        return form switch
        {
            "sixth last" => g.Node("Div", "gated", [g.Node("Mul", "product", [x, gate]), g.Constant(6f)]),
            "sixth on the gate" => g.Node("Mul", "gated", [x, g.Node("Div", "share", [gate, g.Constant(6f)])]),
            _ => g.Node("Mul", "gated", [g.Constant(1 / 6f), g.Node("Mul", "product", [gate, x])]),
        };
    }

    private static Value ErrorGelu(GraphBuilder g, Value x, string form)
    {
        Value inner =
            form == "product" ? g.Node("Mul", "inner", [x, g.Constant(0.70710677f)]) : g.Node("Div", "inner", [x, g.Constant(1.4142135f)]);
        Value gate = g.Node("Add", "gate", [g.Node("Erf", "erf", [inner]), g.Constant(1f)]);
        return form switch
        {
            "half first" => g.Node("Mul", "gelu", [g.Node("Mul", "half", [x, g.Constant(0.5f)]), gate]),
            "halved" => g.Node("Mul", "gelu", [x, g.Node("Div", "half", [gate, g.Constant(2f)])]),
            _ => g.Node("Mul", "gelu", [g.Node("Mul", "product", [x, gate]), g.Constant(0.5f)]),
        };
    }

    private static Value LayerNormalization(GraphBuilder g, Value x, string form, bool bias, long[] axes, params long[] width)
    {
        long[] shape = width.Length == 0 ? [6] : width;
        Value y = g.Node("Mul", "scaled", [Normed(g, x, form, axes), g.Weight("w", Ramp(shape))]);
        return bias ? g.Node("Add", "shifted", [y, g.Weight("b", Ramp(shape))]) : y;
    }

    private static Value Normed(GraphBuilder g, Value x, string form, long[] axes)
    {
        Value centred = g.Node("Sub", "centred", [x, Mean(g, x, axes)]);
        Value squared = form == "twice" ? g.Node("Sub", "again", [x, Mean(g, x, axes)]) : centred;
        Value square = form is "half" or "twice"
            ? g.Node("Mul", "square", [squared, squared])
            : g.Node("Pow", "square", [squared, g.Constant(2f)]);
        Value variance = g.Node("Add", "variance", [Mean(g, square, axes), g.Constant(1e-5f)]);
        return form switch
        {
            "reciprocal" => g.Node("Mul", "normed", [centred, g.Node("Reciprocal", "inverse", [g.Node("Sqrt", "root", [variance])])]),
            "power" => g.Node("Mul", "normed", [centred, g.Node("Pow", "inverse", [variance, g.Constant(-0.5f)])]),
            "half" => g.Node("Div", "normed", [centred, g.Node("Pow", "root", [variance, g.Constant(0.5f)])]),
            _ => g.Node("Div", "normed", [centred, g.Node("Sqrt", "root", [variance])]),
        };
    }

    private static Value Mean(GraphBuilder g, Value x, long[] axes) =>
        g.Opset >= 18 ? g.Node("ReduceMean", "mean", [x, g.Constant(axes)]) : g.Node("ReduceMean", "mean", [x], [("axes", axes)]);

    private static TensorData Ramp(params long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (product, length) => product * length);
        return TensorData.FromArray([.. Enumerable.Range(0, count).Select(i => 1 + (0.5f * (float)Math.Sin(i)))], shape);
    }

    private static Model Finish(GraphBuilder g, Value y)
    {
        y = g.Node("Neg", "last", [y]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();
    }
}
