using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference.Operators;

/// <summary>Loops that carry x and append to it, or leave it as it is; each also returns x's shape of every iteration.</summary>
public class LoopInferenceTests
{
    [Fact]
    public void Run_CarriedShapeStays_IsKept()
    {
        using var loop = new TestLoop(grows: false, trips: "T");
        Assert.Equal("float[B, 3]; int64[trips[] - min(0, trips[]), 2]", loop.Run());
        Assert.Equal("float[B, 3]", loop.Inner);
    }

    [Fact]
    public void Run_CarriedShapeGrows_IsWidened()
    {
        using var loop = new TestLoop(grows: true, trips: "T");
        Assert.Equal("float[?, 3]; int64[trips[] - min(0, trips[]), 2]", loop.Run());
        Assert.Equal("float[? + 1, 3]", loop.Inner);
    }

    [Fact]
    public void Run_FewKnownTrips_AreFollowedButTheBodyStaysGeneral()
    {
        using var loop = new TestLoop(grows: true, trips: 3);
        Assert.Equal("float[B + 3, 3]; int64[3, 2]", loop.Run());
        Assert.Equal("float[? + 1, 3]", loop.Inner);
    }

    [Fact]
    public void Run_ManyKnownTrips_AreCountedOnly()
    {
        using var loop = new TestLoop(grows: true, trips: 1000);
        Assert.Equal("float[?, 3]; int64[1000, 2]", loop.Run());
    }

    [Fact]
    public void Run_CarriedTypeChanges_IsGivenUp()
    {
        using var loop = new TestLoop(grows: false, trips: 1000, castsTo: ElementType.Double);
        loop.Run();
        Assert.NotEqual("float[B, 3]", loop.Inner);
    }

    [Fact]
    public void Run_BodyReturnsTooLittle_IsReported()
    {
        using var loop = new TestLoop(grows: false, trips: 1000, outputs: 3);
        Assert.Equal(InferenceDiagnosticIds.SubgraphMismatch, loop.Run());
    }

    private sealed class TestLoop : IDisposable
    {
        private readonly Model _model;
        private readonly Value _inner;

        public TestLoop(bool grows, object trips, ElementType castsTo = ElementType.Undefined, int outputs = 2)
        {
            var body = new Graph("body");
            body.AddInput("i", null);
            body.AddInput("condition", null);
            Value x = body.AddInput("x", null);
            Value row = body.AddInitializer("row", TensorData.FromArray(new float[3], 1, 3));
            _inner = grows
                ? body.AddNode("Concat", [x, row], ["longer"], [("axis", 0L)]).Outputs[0]
                : body.AddNode("Relu", [x], ["same"]).Outputs[0];
            if (castsTo != ElementType.Undefined)
            {
                _inner = body.AddNode("Cast", [_inner], ["cast"], [("to", (long)castsTo)]).Outputs[0];
            }

            body.AddOutput(body.AddNode("Constant", [], ["true"], [("value", TensorData.Scalar(true))]).Outputs[0]);
            body.AddOutput(_inner);
            body.AddOutput(body.AddNode("Shape", [x], ["shape"]).Outputs[0]);

            var graph = new Graph("main");
            Value start = graph.AddInput("start", NodeInference.Type("float[B, 3]"));
            Value count = trips is int number
                ? graph.AddInitializer("trips", TensorData.Scalar((long)number))
                : graph.AddInput("trips", NodeInference.Type("int64[]"));
            Node node = graph.AddNode(
                "Loop",
                [count, null, start],
                [.. Enumerable.Range(0, outputs).Select(static i => $"y{i}")],
                [Attribute.Of("body", body)]
            );
            foreach (Value output in node.Outputs)
            {
                graph.AddOutput(output);
            }

            _model = new Model(graph, 10) { OpsetImports = { [""] = 20 } };
        }

        public void Dispose() => _model.Dispose();

        /// <summary>The type of what the body returns for x.</summary>
        public string Inner => _inner.Type!.ToString();

        /// <summary>The types of the results, or the id of the first diagnostic.</summary>
        public string Run()
        {
            ShapeInferenceResult result = ShapeInferencePass.Run(_model);
            return result.Diagnostics is [var first, ..]
                ? first.Id
                : string.Join("; ", _model.Graph.Outputs.Select(static value => value.Type));
        }
    }
}
