using VampNet.Inference.Budgets;
using VampNet.Inference.Inputs;
using VampNet.Inference.Rewriting;
using VampNet.Onnx;
using VampNet.Onnx.Rewriting;

namespace VampNet.Inference.Tests.Rewriting;

public sealed class RewriteCheckTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-validation-");

    [Theory]
    [InlineData(ElementType.Float)]
    [InlineData(ElementType.Double)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Bool)]
    public void Judge_EqualGraphs_PassExactlyAtSeveralSizes(ElementType type)
    {
        RewriteVerdict verdict = Judge(Identity(type), Identity(type), NumericalEffect.Exact);

        Assert.True(verdict.Passed);
        Assert.Equal(["x[1,1]", "x[2,5]", "x[2,61]", "x[16,16]"], verdict.Trials);
        Assert.Equal(0, verdict.Worst!.AbsoluteError);
        Assert.Equal("rewrite-exact", verdict.Budget.Name);
    }

    [Fact]
    public void Judge_SmallDifference_IsJudgedByTheDeclaredEffect()
    {
        RewriteVerdict exact = Judge(Add(1f), Add(1.00002f), NumericalEffect.Exact);
        RewriteVerdict reordered = Judge(Add(1f), Add(1.00002f), NumericalEffect.Reordered);
        RewriteVerdict rounded = Judge(Add(1f), Add(1.00002f), NumericalEffect.Rounded);

        Assert.Equal([false, false, true], [exact.Passed, reordered.Passed, rounded.Passed]);
        Assert.Equal("y", exact.WorstOutput);
    }

    [Fact]
    public void Judge_Doubles_AreComparedAsDoubles()
    {
        // Equal once rounded to float32, and infinite there.
        Assert.False(Judge(AddDouble(1), AddDouble(1 + 1e-9), NumericalEffect.Exact).Passed);
        Assert.True(Judge(AddDouble(1), AddDouble(1 + 1e-9), NumericalEffect.Reordered).Passed);
        Assert.False(Judge(AddDouble(1e300), AddDouble(2e300), NumericalEffect.Rounded).Passed);
        RewriteVerdict large = Judge(AddDouble(1e300), AddDouble(1e300), NumericalEffect.Exact);
        Assert.Equal((true, 0), (large.Passed, large.EqualNonFinite));
    }

    [Fact]
    public void Judge_LargeOutput_IsJudgedRelativeToItsMagnitude()
    {
        Assert.True(Judge(Add(1e6f), Add(1e6f + 1), NumericalEffect.Reordered).Passed);
        Assert.False(Judge(Add(1e6f), Add(1e6f + 100), NumericalEffect.Reordered).Passed);
    }

    [Fact]
    public void Judge_SmallOutput_IsJudgedRelativeToItsMagnitude()
    {
        Assert.True(Judge(Scale(1e-9f), Scale(1e-9f), NumericalEffect.Exact).Passed);
        Assert.False(Judge(Scale(1e-9f), Scale(-1e-9f), NumericalEffect.Rounded).Passed);
        Assert.False(Judge(Scale(1e-9f), Scale(1.01e-9f), NumericalEffect.Rounded).Passed);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Judge_NotFiniteInBoth_IsEqualAndReported(float value)
    {
        RewriteVerdict verdict = Judge(Add(value), Add(value), NumericalEffect.Exact);

        Assert.True(verdict.Passed);
        Assert.True(verdict.EqualNonFinite > 0);
    }

    [Fact]
    public void Judge_NotFiniteInputs_DecideOnlyByTheirFiniteElements()
    {
        RewriteVerdict all = Judge(
            Identity(ElementType.Float),
            Identity(ElementType.Float),
            NumericalEffect.Exact,
            Given(float.NaN, float.NaN)
        );
        RewriteVerdict some = Judge(Identity(ElementType.Float), Identity(ElementType.Float), NumericalEffect.Exact, Given(float.NaN, 1));

        Assert.False(all.IsDecided || all.Passed);
        Assert.Contains("Nothing to compare on mine; mine; mine; mine", all.Obstacle, StringComparison.Ordinal);
        Assert.True(some.Passed);
        Assert.Equal(4, some.EqualNonFinite);
    }

    [Fact]
    public void Judge_OutputsWithoutElements_AreUndecided()
    {
        RewriteVerdict verdict = Judge(NoRows(ElementType.Float), NoRows(ElementType.Float), NumericalEffect.Exact);

        Assert.False(verdict.IsDecided || verdict.Passed);
        Assert.Contains("the outputs have no elements", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OutputsWithoutElementsOfOtherShapes_Fail()
    {
        RewriteVerdict verdict = Judge(NoRows(ElementType.Float), Transpose(), NumericalEffect.Exact);

        Assert.Equal((true, false), (verdict.IsDecided, verdict.Passed));
    }

    [Fact]
    public void Judge_LargeIntegers_AreComparedToTheLastDigit()
    {
        Assert.True(Judge(AddInteger(1 << 24), AddInteger(1 << 24), NumericalEffect.Exact).Passed);
        RewriteVerdict verdict = Judge(AddInteger(1L << 40), AddInteger((1L << 40) + 1), NumericalEffect.Exact);

        Assert.Equal((true, false), (verdict.IsDecided, verdict.Passed));
        Assert.Matches("^Output y on x\\[1,1\\]: [0-9]+ instead of [0-9]+ at element 0\\.$", verdict.Obstacle);
    }

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity)]
    [InlineData(float.NaN, float.PositiveInfinity)]
    public void Judge_NotFiniteInOne_Fails(float value, float other) =>
        Assert.False(Judge(Add(value), Add(other), NumericalEffect.Rounded).Passed);

    [Fact]
    public void Judge_RewrittenGraphThatDoesNotLoad_Fails()
    {
        RewriteVerdict verdict = Judge(Identity(ElementType.Float), Unknown(), NumericalEffect.Exact);

        Assert.Equal((true, false), (verdict.IsDecided, verdict.Passed));
        Assert.Contains("not the rewritten graph", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OriginalThatDoesNotLoad_IsUndecided()
    {
        RewriteVerdict verdict = Judge(Unknown(), Unknown(), NumericalEffect.Exact);

        Assert.Equal((false, false), (verdict.IsDecided, verdict.Passed));
    }

    [Fact]
    public void Judge_OtherShape_FailsAndSaysWhich()
    {
        RewriteVerdict verdict = Judge(Identity(ElementType.Float), Transpose(), NumericalEffect.Rounded);

        Assert.False(verdict.Passed);
        Assert.Contains("[5, 2] instead of [2, 5]", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_RewrittenGraphThatDoesNotRun_Fails()
    {
        RewriteVerdict verdict = Judge(Identity(ElementType.Float), Identity(ElementType.Int64), NumericalEffect.Exact);

        Assert.False(verdict.Passed);
        Assert.True(verdict.IsDecided);
        Assert.Contains("The rewritten graph does not run", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_IndicesOfASmallTable_AreFoundByNarrowingTheRange()
    {
        foreach (int rows in (int[])[64, 9, 2])
        {
            RewriteVerdict verdict = Judge(Lookup(rows), Lookup(rows), NumericalEffect.Exact);

            Assert.True(verdict.Passed);
            Assert.Equal(4, verdict.Trials.Length);
        }
    }

    [Fact]
    public void Judge_OriginalThatRunsOnNothing_IsUndecided()
    {
        RewriteVerdict verdict = Judge(ReshapeTo91(), ReshapeTo91(), NumericalEffect.Exact);

        Assert.False(verdict.IsDecided || verdict.Passed);
        Assert.Contains("Reshape", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_InputThatCannotBeMadeUp_IsUndecided()
    {
        RewriteVerdict verdict = Judge(Identity(ElementType.String), Identity(ElementType.String), NumericalEffect.Exact);

        Assert.False(verdict.IsDecided || verdict.Passed);
        Assert.StartsWith("VNI0401: ", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OutputThatCannotBeCompared_IsUndecided()
    {
        RewriteVerdict verdict = Judge(Absent(), Absent(), NumericalEffect.Exact);

        Assert.False(verdict.IsDecided || verdict.Passed);
        Assert.StartsWith("VNI0402: ", verdict.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_Text_IsCompared()
    {
        Assert.True(Judge(ToText(1), ToText(1), NumericalEffect.Exact).Passed);
        RewriteVerdict other = Judge(ToText(1), ToText(2), NumericalEffect.Exact);
        Assert.Equal((true, false), (other.IsDecided, other.Passed));
    }

    [Fact]
    public void Judge_SequencesOfTensorsAndOfMaps_AreCompared()
    {
        Assert.True(Judge(Parts(1), Parts(1), NumericalEffect.Exact).Passed);
        Assert.False(Judge(Parts(1), Parts(2), NumericalEffect.Rounded).Passed);
        Assert.True(Judge(Labelled(0), Labelled(0), NumericalEffect.Exact).Passed);
        Assert.False(Judge(Labelled(0), Labelled(5), NumericalEffect.Rounded).Passed);
    }

    [Fact]
    public void Judge_RandomNumbersWithoutASeed_AreDrawnAlike()
    {
        Assert.True(Judge(Noisy(1), Noisy(1), NumericalEffect.Reordered).Passed);
        Assert.False(Judge(Noisy(1), Noisy(2), NumericalEffect.Rounded).Passed);
    }

    [Fact]
    public void Judge_NeitherLoadsAsWritten_SaysThatACopyDoes()
    {
        // Opset 12 knows no axis of that attribute; the copy that loads is raised.
        RewriteVerdict verdict = Judge(NewAttribute(), NewAttribute(), NumericalEffect.Exact);

        Assert.False(verdict.Passed);
        Assert.StartsWith("ONNX Runtime loads a copy of the original with names and types repaired", verdict.Obstacle, default);
    }

    [Theory]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.UInt64)]
    public void Judge_EveryNumericType_IsDecided(ElementType type) =>
        Assert.True(Judge(Identity(type), Identity(type), NumericalEffect.Exact).Passed);

    [Fact]
    public void Judge_16Bits_HasABudgetOfItsOwn() =>
        Assert.Equal(
            "rewrite-rounded-16-bit",
            Judge(Identity(ElementType.Float16), Identity(ElementType.Float16), NumericalEffect.Rounded).Budget.Name
        );

    [Fact]
    public void Judge_OriginalWithRepeatedNames_IsComparedRepaired()
    {
        var graph = new GraphBuilder("test", 17);
        Value x = graph.Input("x", ElementType.Float, Dim.Symbol("B"), 3);
        Value y = graph.Node("Relu", "first", [x]);
        graph.Output(graph.Node("Neg", "second", [y]), "y", ElementType.Float, Dim.Symbol("B"), 3);
        Model broken = graph.Build();
        broken.Graph.Nodes[1].Name = broken.Graph.Nodes[0].Name;

        RewriteVerdict verdict = Judge(broken, Negated(), NumericalEffect.Exact);

        Assert.True(verdict.Passed, verdict.Obstacle);
        Assert.Equal("names and types repaired", verdict.Repairs);
    }

    private static Model Negated()
    {
        var graph = new GraphBuilder("test", 17);
        Value x = graph.Input("x", ElementType.Float, Dim.Symbol("B"), 3);
        graph.Output(graph.Node("Neg", "second", [graph.Node("Relu", "first", [x])]), "y", ElementType.Float, Dim.Symbol("B"), 3);
        return graph.Build();
    }

    [Fact]
    public void Judge_GivenSizes_AreTheOnlyOnes()
    {
        Assert.True(InputSpec.TryParse("x:float32[B=7,T=13]", out InputSpec? spec, out _));

        RewriteVerdict verdict = Judge(ReshapeTo91(), ReshapeTo91(), NumericalEffect.Exact, new RewriteCheckInputs { Specs = [spec] });

        Assert.True(verdict.Passed);
        Assert.Equal(["x[7,13]"], verdict.Trials);
    }

    [Fact]
    public void Judge_GivenSamples_ComeFirst()
    {
        ModelSample sample = new("mine", [new ModelInput("x", new float[91], [91, 1])]);

        RewriteVerdict verdict = Judge(ReshapeTo91(), ReshapeTo91(), NumericalEffect.Exact, new RewriteCheckInputs { Samples = [sample] });

        Assert.Equal(["mine"], verdict.Trials);
    }

    [Fact]
    public void Judge_ASpecificationAgainstTheGraph_IsRefused()
    {
        Assert.True(InputSpec.TryParse("y:[1]", out InputSpec? spec, out _));

        Assert.Equal(
            "VNI0342",
            Assert
                .Throws<InferenceException>(() => Judge(Add(1), Add(1), NumericalEffect.Exact, new RewriteCheckInputs { Specs = [spec] }))
                .Id
        );
    }

    [Fact]
    public void Judge_LossyEffect_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Judge(Add(1), Add(1), NumericalEffect.Lossy));

    public void Dispose() => _root.Delete(recursive: true);

    private static Model Identity(ElementType type) => Build(type, type, (graph, x) => graph.Node("Identity", "copy", [x]));

    private static Model Add(float value) =>
        Build(ElementType.Float, ElementType.Float, (graph, x) => graph.Node("Add", "sum", [x, graph.Constant(value)]));

    private static Model AddInteger(long value) =>
        Build(ElementType.Int64, ElementType.Int64, (graph, x) => graph.Node("Add", "sum", [x, graph.Constant([value])]));

    private static Model NoRows(ElementType type) =>
        Build(type, type, (graph, x) => graph.Node("Slice", "none", [x, graph.Constant([0]), graph.Constant([0])]));

    // Four samples, so that no seeded ones are added.
    private static RewriteCheckInputs Given(params float[] values) =>
        new() { Samples = [.. Enumerable.Repeat(new ModelSample("mine", [new ModelInput("x", values, [1, values.Length])]), 4)] };

    private static Model AddDouble(double value) =>
        Build(
            ElementType.Double,
            ElementType.Double,
            (graph, x) => graph.Node("Add", "sum", [x, graph.Constant("number", TensorData.Scalar(value))])
        );

    private static Model Scale(float value) =>
        Build(ElementType.Float, ElementType.Float, (graph, x) => graph.Node("Mul", "scaled", [x, graph.Constant(value)]));

    private static Model Unknown() => Build(ElementType.Float, ElementType.Float, (graph, x) => graph.Node("NoSuchOperator", "odd", [x]));

    private static Model Transpose() => Build(ElementType.Float, ElementType.Float, (graph, x) => graph.Node("Transpose", "turned", [x]));

    private static Model ReshapeTo91() =>
        Build(ElementType.Float, ElementType.Float, (graph, x) => graph.Node("Reshape", "flat", [x, graph.Constant([91])]));

    private static Model ToText(float factor) =>
        Build(
            ElementType.Float,
            ElementType.String,
            (graph, x) =>
                graph.Node("Cast", "text", [graph.Node("Mul", "scaled", [x, graph.Constant(factor)])], [("to", (long)ElementType.String)])
        );

    // An optional tensor that is not there.
    private static Model Absent()
    {
        GraphBuilder builder = new("test", 18);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), 2);
        builder.Output(builder.Node("Neg", "turned", [x]), "z", ElementType.Float, Dim.Symbol("B"), 2);
        Value absent = builder.Node("Optional", "absent", [], [VampNet.Onnx.Attribute.Of("type", new TensorType(ElementType.Float, null))]);
        absent.Type = new OptionalType(new TensorType(ElementType.Float, null));
        builder.Graph.AddOutput(absent);
        return builder.Build();
    }

    private static Model Noisy(float scale) =>
        Build(
            ElementType.Float,
            ElementType.Float,
            (graph, x) => graph.Node("Add", "noisy", [x, graph.Node("RandomNormalLike", "noise", [x], [("scale", scale)])])
        );

    private static Model NewAttribute() =>
        Build(ElementType.Float, ElementType.Int64, (graph, x) => graph.Node("Shape", "lengths", [x], [("start", 0L)]), opset: 12);

    // The halves of the last axis, as a sequence.
    private static Model Parts(float factor)
    {
        Model model = Build(
            ElementType.Float,
            ElementType.Float,
            (graph, x) =>
                graph.Node(
                    "SplitToSequence",
                    "parts",
                    [graph.Node("Mul", "scaled", [x, graph.Constant(factor)])],
                    [("axis", 1L), ("keepdims", 1L)]
                )
        );
        model.Graph.Outputs[0].Type = new SequenceType(new TensorType(ElementType.Float, null));
        return model;
    }

    // A map from labels to the elements of each row.
    private static Model Labelled(long first)
    {
        GraphBuilder builder = new("test", 17);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), 2);
        Value map = builder.Node("ZipMap", "y", [x], [("classlabels_int64s", new[] { first, 1 })], "ai.onnx.ml");
        map.Type = new SequenceType(new MapType(ElementType.Int64, new TensorType(ElementType.Float, new TensorShape([]))));
        builder.Graph.AddOutput(map);
        return builder.Build();
    }

    private static Model Lookup(int rows) =>
        Build(
            ElementType.Int64,
            ElementType.Float,
            (graph, x) => graph.Node("Gather", "row", [graph.Constant("table", TensorData.FromArray(new float[rows], rows)), x])
        );

    private static Model Build(ElementType input, ElementType output, Func<GraphBuilder, Value, Value> body, int opset = 17)
    {
        var graph = new GraphBuilder("test", opset);
        Value x = graph.Input("x", input, Dim.Symbol("B"), Dim.Symbol("T"));
        graph.Output(body(graph, x), "y", output, Dim.Symbol("B2"), Dim.Symbol("T2"));
        return graph.Build();
    }

    private RewriteVerdict Judge(Model original, Model rewritten, NumericalEffect effect, RewriteCheckInputs? inputs = null)
    {
        string before = Path.Combine(_root.FullName, "before.onnx"),
            after = Path.Combine(_root.FullName, "after.onnx");
        ModelWriter.Write(original, before);
        ModelWriter.Write(rewritten, after);
        return RewriteCheck.Judge(
            before,
            after,
            original,
            effect,
            VerificationPlan.Default,
            inputs ?? new RewriteCheckInputs(),
            TestContext.Current.CancellationToken
        );
    }
}
