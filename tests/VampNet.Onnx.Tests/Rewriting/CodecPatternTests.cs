using VampNet.Onnx.Rewriting;

namespace VampNet.Onnx.Tests.Rewriting;

/// <summary>Parts of codecs in the forms that exporters write: the whole pipeline reduces them to the fewest operators.</summary>
public sealed class CodecPatternTests
{
    private static readonly Dictionary<string, long> Lengths = new() { ["B"] = 2, ["T"] = 7 };

    /// <summary>x + sin(a x)^2 / (a + eps): a product, a sine, its square, a product with a constant, a sum.</summary>
    [Theory]
    [InlineData("reciprocal", "Pow", false, "Mul")]
    [InlineData("reciprocal", "Pow", true, "Mul")]
    [InlineData("reciprocal", "Mul", false, "Mul")]
    [InlineData("one over", "Pow", true, "Mul")]
    [InlineData("quotient", "Pow", false, "Div")]
    public void Optimize_Snake_IsFiveOperators(string form, string square, bool isReshaped, string last)
    {
        GraphBuilder g = new("g", 17);
        Value input = g.Input("x", ElementType.Float, Dim.Symbol("B"), 3, Dim.Symbol("T"));
        Value alpha = g.Weight("alpha", TensorData.FromArray([0.5f, 1.5f, 2f], 1, 3, 1));
        Value x = isReshaped ? g.Node("Reshape", "flat", [input, g.Constant([0, 0, -1])]) : input;
        Value sine = g.Node("Sin", "sine", [g.Node("Mul", "phase", [alpha, x])]);
        Value squared = square == "Pow" ? g.Node("Pow", "square", [sine, g.Constant(2f)]) : g.Node("Mul", "square", [sine, sine]);
        Value divisor = g.Node("Add", "divisor", [alpha, g.Constant(1e-9f)]);
        Value bump = form switch
        {
            "reciprocal" => g.Node("Mul", "bump", [g.Node("Reciprocal", "inverse", [divisor]), squared]),
            "one over" => g.Node("Mul", "bump", [g.Node("Div", "inverse", [g.Constant(1f), divisor]), squared]),
            _ => g.Node("Div", "bump", [squared, divisor]),
        };
        Value sum = g.Node("Add", "sum", [x, bump]);
        Value y = isReshaped ? g.Node("Reshape", "shaped", [sum, g.Node("Shape", "shape", [input])]) : sum;
        AssertOptimized(g, y, ["Mul", "Sin", "Mul", last, "Add"]);
    }

    /// <summary>g v / ||v||, the norm over every axis but the first.</summary>
    [Theory]
    [InlineData("ReduceL2", "Conv")]
    [InlineData("ReduceSumSquare", "Conv")]
    [InlineData("Pow", "Conv")]
    [InlineData("Mul", "Conv")]
    [InlineData("reciprocal", "Conv")]
    [InlineData("ReduceL2", "ConvTranspose")]
    public void Optimize_WeightNorm_IsTheConvolutionAlone(string form, string convolution)
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, Dim.Symbol("B"), 3, Dim.Symbol("T"));
        Value direction = g.Weight("v", TensorData.FromArray([.. Enumerable.Range(0, 27).Select(i => (float)Math.Sin(i + 1))], 3, 3, 3));
        Value gain = g.Weight("gain", TensorData.FromArray([0.7f, 1.3f, 2f], 3, 1, 1));
        Attribute[] axes = [("axes", new long[] { 1, 2 }), ("keepdims", 1)];
        Value Root(Value squares) => g.Node("Sqrt", "norm", [squares]);
        Value Sum(Value each) => g.Node("ReduceSum", "total", [each, g.Constant([1, 2])], [("keepdims", 1)]);
        Value norm = form switch
        {
            "ReduceL2" or "reciprocal" => g.Node("ReduceL2", "norm", [direction], axes),
            "ReduceSumSquare" => Root(g.Node("ReduceSumSquare", "total", [direction], axes)),
            "Pow" => Root(Sum(g.Node("Pow", "squares", [direction, g.Constant(2f)]))),
            _ => Root(Sum(g.Node("Mul", "squares", [direction, direction]))),
        };
        Value weight =
            form == "reciprocal"
                ? g.Node("Mul", "w", [direction, g.Node("Mul", "ratio", [gain, g.Node("Reciprocal", "inverse", [norm])])])
                : g.Node("Mul", "w", [gain, g.Node("Div", "unit", [direction, norm])]);
        AssertOptimized(g, g.Node(convolution, "y0", [x, weight]), [convolution]);
    }

    private static void AssertOptimized(GraphBuilder g, Value y, string[] expected)
    {
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        using Model model = g.Build();
        double[][] before = OrtRunner.Run(model, Lengths);

        ModelOptimizer.Optimize(model, RewriteTarget.Portable);

        Assert.Equal(expected, model.Graph.Nodes.Select(node => node.OpType));
        RuleHarness.AssertClose(before, OrtRunner.Run(model, Lengths), 4e-6);
    }
}
