using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference.Operators;

public class IfInferenceTests
{
    [Fact]
    public void Run_ConditionUnknown_GivesWhatBothBranchesAgreeOn() =>
        Assert.Equal("float[T, ?]", Run(condition: null, axis: 1, otherAxes: [1]).Output);

    [Theory]
    [InlineData(true, "float[T, 3]")]
    [InlineData(false, "float[T, 9]")]
    public void Run_ConditionKnown_GivesTheBranchTaken(bool condition, string expected) =>
        Assert.Equal(expected, Run(condition, axis: 1, otherAxes: [1]).Output);

    [Fact]
    public void Run_DeadBranchIsWrong_IsNotReported()
    {
        (string? output, string[]? diagnostics) = Run(condition: true, axis: 1, otherAxes: [7]);
        Assert.Equal("float[T, 3]", output);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void Run_LiveBranchIsWrong_IsReported() =>
        Assert.Equal([InferenceDiagnosticIds.ParameterInvalid], Run(condition: null, axis: 1, otherAxes: [7]).Diagnostics);

    [Fact]
    public void Run_BranchReturnsTooMuch_IsReported() =>
        Assert.Equal([InferenceDiagnosticIds.SubgraphMismatch], Run(condition: null, axis: 1, otherAxes: [1, 1]).Diagnostics);

    /// <summary>One branch returns x [T, 3] as it is, the other three copies of it along an axis, once for each axis given.</summary>
    private static (string? Output, string[] Diagnostics) Run(bool? condition, long axis, long[] otherAxes)
    {
        var graph = new Graph("main");
        Value x = graph.AddInput("x", NodeInference.Type("float[T, 3]"));
        Value test = condition is { } known
            ? graph.AddInitializer("condition", TensorData.Scalar(known))
            : graph.AddInput("condition", NodeInference.Type("bool[]"));
        Graph yes = new("then"),
            no = new("else");
        yes.AddOutput(yes.AddNode("Concat", [x], ["one"], [("axis", axis)]).Outputs[0]);
        foreach ((int i, long other) in otherAxes.Index())
        {
            no.AddOutput(no.AddNode("Concat", [x, x, x], [$"three{i}"], [("axis", other)]).Outputs[0]);
        }

        Node node = graph.AddNode("If", [test], ["y"], [Attribute.Of("then_branch", yes), Attribute.Of("else_branch", no)]);
        graph.AddOutput(node.Outputs[0]);
        using var model = new Model(graph, 10) { OpsetImports = { [""] = 20 } };
        ShapeInferenceResult result = ShapeInferencePass.Run(model);
        return (node.Outputs[0].Type?.ToString(), [.. result.Diagnostics.Select(static diagnostic => diagnostic.Id)]);
    }
}
