using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Rewriting.Rules;
using static VampNet.Onnx.Tests.Rewriting.RuleHarness;

namespace VampNet.Onnx.Tests.Rewriting.Rules;

/// <summary>Rotary position embedding, as exporters decompose it.</summary>
public sealed class RotaryEmbeddingRuleTests
{
    private const int Heads = 3;
    private const int Size = 8;
    private const string Halves = "halves";
    private const string Neighbours = "neighbours";
    private const string Expanded = "expanded";
    private const string Distinct = "distinct";

    // Intermediate results are rounded to 11 bits in one of the graphs and not in the other.
    private const double HalfBudget = 4.0 / (1 << 11);

    private static readonly Dim B = Dim.Symbol("B");
    private static readonly Dim T = Dim.Symbol("T");
    private static readonly FuseRotaryEmbeddingRule Rule = new();

    private static Value Unsqueeze(GraphBuilder g, string name, Value x, long axis) => g.Node("Unsqueeze", name, [x, g.Constant([axis])]);

    private static Value Slice(GraphBuilder g, string name, Value x, long start, long end, long step = 1) =>
        g.Node("Slice", name, [x, g.Constant([start]), g.Constant([end]), g.Constant([-1]), g.Constant([step])]);

    /// <summary>Angles [B,T,width/2] from positions, or rows of a table, and the cosine or sine of them, each number twice.</summary>
    private static Value Table(GraphBuilder g, string form, string function, Value positions, bool isGathered, int width)
    {
        float[] frequencies = [.. Enumerable.Range(0, width / 2).Select(i => MathF.Pow(10, -i / (float)width))];
        if (isGathered)
        {
            float[] rows =
            [
                .. Enumerable.Range(0, 10).SelectMany(row => Enumerable.Range(0, width).Select(i => Number(row * frequencies[Index(i)]))),
            ];
            return g.Node("Gather", $"{function}.rows", [g.Weight($"{function}.table", TensorData.FromArray(rows, 10, width)), positions]);
        }

        Value wide = g.Node("Cast", $"{function}.positions", [Unsqueeze(g, $"{function}.row", positions, 1)], [("to", 1L)]);
        Value product = g.Node(
            "MatMul",
            $"{function}.angles",
            [g.Constant("inv_freq", TensorData.FromArray(frequencies, 1, width / 2, 1)), wide]
        );
        Value angles = g.Node("Transpose", $"{function}.turned", [product], [("perm", new long[] { 0, 2, 1 })]);
        if (form == Halves)
        {
            angles = g.Node("Concat", $"{function}.twice", [angles, angles], [("axis", -1)]);
        }

        angles = g.Node(function, function, [angles]);
        if (form is Neighbours or Expanded)
        {
            // torch.stack of the same twice, or repeat_interleave.
            Value last = Unsqueeze(g, $"{function}.last", angles, -1);
            Value pairs =
                form == Expanded
                    ? g.Node("Expand", $"{function}.pairs", [last, g.Constant(1, 1, 1, 2)])
                    : g.Node("Concat", $"{function}.pairs", [last, last], [("axis", -1)]);
            angles = g.Node("Reshape", $"{function}.flat", [pairs, g.Constant(0, 0, width)]);
        }

        return g.Node("Mul", $"{function}.scaled", [angles, g.Constant(0.9f)]);

        int Index(int i) => form == Halves ? i % (width / 2) : i / 2;
        float Number(float angle) => function == "Cos" ? MathF.Cos(angle) : MathF.Sin(angle);
    }

    private static Value Rotate(GraphBuilder g, string form, Value x, Value cos, Value sin, int width)
    {
        if (form is Neighbours or Expanded)
        {
            Value odd = g.Node("Neg", "minus", [Slice(g, "odd", x, 1, long.MaxValue, 2)]);
            Value even = Slice(g, "even", x, 0, long.MaxValue, 2);
            Value pairs = g.Node(
                "Concat",
                "stacked",
                [Unsqueeze(g, "odd.last", odd, -1), Unsqueeze(g, "even.last", even, -1)],
                [("axis", -1)]
            );
            Value turned = g.Node("Reshape", "turned", [pairs, g.Constant(0, 0, 0, width)]);
            return g.Node("Add", "rotated", [g.Node("Mul", "a", [x, cos]), g.Node("Mul", "b", [turned, sin])]);
        }

        Value first = Slice(g, "first", x, 0, width / 2);
        Value second = Slice(g, "second", x, width / 2, long.MaxValue);
        if (form == Distinct)
        {
            Value low = g.Node("Sub", "low", [g.Node("Mul", "fc", [first, cos]), g.Node("Mul", "ss", [second, sin])]);
            Value high = g.Node("Add", "high", [g.Node("Mul", "sc", [second, cos]), g.Node("Mul", "fs", [first, sin])]);
            return g.Node("Concat", "rotated", [low, high], [("axis", -1)]);
        }

        Value half = g.Node("Concat", "turned", [g.Node("Neg", "minus", [second]), first], [("axis", -1)]);
        return g.Node("Add", "rotated", [g.Node("Mul", "b", [half, sin]), g.Node("Mul", "a", [cos, x])]);
    }

    private static Model Rotary(
        string form,
        int opset = 17,
        bool isGathered = false,
        bool isTransposed = true,
        bool sharesPositions = false,
        int rotated = Size,
        ElementType type = ElementType.Float,
        string sineForm = ""
    )
    {
        GraphBuilder g = new("g", opset);
        Value x = g.Node(
            "Reshape",
            "split",
            [Cast(g.Input("x", ElementType.Float, B, T, Heads * Size), "narrow", type), g.Constant(0, 0, Heads, Size)]
        );
        x = isTransposed ? g.Node("Transpose", "heads", [x], [("perm", new long[] { 0, 2, 1, 3 })]) : x;
        Value positions = g.Input("positions", ElementType.Int64, sharesPositions ? Dim.One : B, T);
        Value cos = Unsqueeze(
            g,
            "cos",
            Cast(Table(g, form, "Cos", positions, isGathered, rotated), "cos.cast", type),
            isTransposed ? 1 : 2
        );
        Value sin = Table(g, sineForm.Length > 0 ? sineForm : form, "Sin", positions, isGathered, rotated);
        sin = Unsqueeze(g, "sin", Cast(sin, "sin.cast", type), isTransposed ? 1 : 2);
        Value y = Rotate(g, form, rotated == Size ? x : Slice(g, "turns", x, 0, rotated), cos, sin, rotated);
        y = rotated == Size ? y : g.Node("Concat", "whole", [y, Slice(g, "stays", x, rotated, long.MaxValue)], [("axis", -1)]);
        y = g.Node("Neg", "last", [Cast(y, "wide", ElementType.Float)]);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        return g.Build();

        Value Cast(Value value, string name, ElementType to) =>
            type == ElementType.Float ? value : g.Node("Cast", name, [value], [("to", (long)to)]);
    }

    [Theory]
    [InlineData(Halves, false, true, false, Size)]
    [InlineData(Halves, true, true, false, Size)]
    [InlineData(Halves, true, false, true, Size)]
    [InlineData(Halves, false, true, true, 6)]
    [InlineData(Neighbours, false, false, false, Size)]
    [InlineData(Neighbours, true, true, true, 4)]
    [InlineData(Neighbours, false, false, false, 6)]
    [InlineData(Expanded, false, true, false, Size)]
    [InlineData(Expanded, false, false, true, 6)]
    [InlineData(Distinct, false, true, false, Size)]
    [InlineData(Distinct, false, false, true, Size)]
    public void FuseRotaryEmbedding_EverySpelling_IsOneOperator(string form, bool isGathered, bool isTransposed, bool shares, int rotated)
    {
        Model model = Rotary(form, 17, isGathered, isTransposed, shares, rotated);
        string[] left = Fire(model, Rule, RewriteTarget.OnnxRuntime);
        Assert.Single(left, "RotaryEmbedding");
        Assert.DoesNotContain("Add", left);
        Assert.DoesNotContain("Slice", left);
        Assert.Equal(shares, !left.Contains("Range"));
        Node rotary = model.Graph.Nodes.Single(node => node.OpType == "RotaryEmbedding");
        Assert.Equal(form is Neighbours or Expanded ? 1 : 0, rotary.Attributes.GetInt("interleaved"));
        Assert.Equal(rotated == Size ? 0 : rotated, rotary.Attributes.GetInt("rotary_embedding_dim", 0));
    }

    [Theory]
    [InlineData(Halves, false)]
    [InlineData(Neighbours, true)]
    [InlineData(Expanded, true)]
    public void FuseRotaryEmbedding_Opset23_IsStandard(string form, bool shares)
    {
        Model model = Rotary(form, 23, false, true, shares, 6);
        Fire(model, Rule);
        Assert.Equal("", model.Graph.Nodes.Single(node => node.OpType == "RotaryEmbedding").Domain);
    }

    [Fact]
    public void FuseRotaryEmbedding_Float16_IsOneOperator()
    {
        Dictionary<string, long> lengths = new() { ["B"] = 2, ["T"] = 7 };
        Model model = Rotary(Halves, type: ElementType.Float16);
        double[][] before = OrtRunner.Run(model, lengths);
        Assert.True(new RulesPass("test", Rule).Run(model, RewriteTarget.OnnxRuntime, []));
        new RemoveDeadNodesPass().Run(model, RewriteTarget.OnnxRuntime, []);
        Assert.DoesNotContain(model.Graph.Nodes, node => node.OpType == "Add");
        AssertClose(before, OrtRunner.Run(model, lengths), HalfBudget);
    }

    [Fact]
    public void FuseRotaryEmbedding_EachGuard_Stops()
    {
        Assert.Contains("opset 23", Assert.Single(Refuse(Rotary(Halves, 22), Rule)), StringComparison.Ordinal);
        string[] twice = Refuse(Rotary(Halves, isGathered: true, sineForm: Neighbours), Rule, RewriteTarget.OnnxRuntime);
        Assert.Contains("each number twice", Assert.Single(twice), StringComparison.Ordinal);
        string[] mixed = Refuse(Rotary(Expanded, sineForm: Halves), Rule, RewriteTarget.OnnxRuntime);
        Assert.Contains("each number twice", Assert.Single(mixed), StringComparison.Ordinal);
    }

    [Fact]
    public void FuseRotaryEmbedding_OtherTables_AreNotTaken()
    {
        GraphBuilder g = new("g", 17);
        Value x = g.Input("x", ElementType.Float, B, Heads, T, Size);
        Value y = Rotate(g, Halves, x, g.Input("cos", ElementType.Float, Heads, 1, Size), g.Input("sin", ElementType.Float, T, Size), Size);
        g.Output(y, "y", ElementType.Float);
        y.Type = new TensorType(ElementType.Float, null);
        Assert.Contains(
            "not known to be [1 or B",
            Assert.Single(Refuse(g.Build(), Rule, RewriteTarget.OnnxRuntime)),
            StringComparison.Ordinal
        );

        GraphBuilder flat = new("g", 17);
        Value table = flat.Input("cos", ElementType.Float, T, Size);
        Value rotated = Rotate(flat, Halves, flat.Input("x", ElementType.Float, B, T, Size), table, table, Size);
        flat.Output(rotated, "y", ElementType.Float);
        rotated.Type = new TensorType(ElementType.Float, null);
        Assert.Contains("four axes", Assert.Single(Refuse(flat.Build(), Rule, RewriteTarget.OnnxRuntime)), StringComparison.Ordinal);
    }
}
