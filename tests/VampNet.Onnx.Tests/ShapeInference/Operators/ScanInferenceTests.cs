using VampNet.Onnx.ShapeInference;

namespace VampNet.Onnx.Tests.ShapeInference.Operators;

/// <summary>Scans that add each slice of x to a state, and return each sum.</summary>
public class ScanInferenceTests
{
    [Fact]
    public void Run_FirstAxis_StacksByTrips() =>
        Assert.Equal("float[5]; float[T, 5]", Run("float[5]", "float[T, 5]", 11, ("num_scan_inputs", 1L)));

    [Fact]
    public void Run_OtherAxes_StacksThere() =>
        Assert.Equal(
            "float[5]; float[5, T]",
            Run(
                "float[5]",
                "float[5, T]",
                11,
                ("num_scan_inputs", 1L),
                Attribute.Of("scan_input_axes", [1L]),
                Attribute.Of("scan_output_axes", [1L])
            )
        );

    [Fact]
    public void Run_VersionEight_HasABatchAxis() =>
        Assert.Equal("float[B, 5]; float[B, T, 5]", Run("float[B, 5]", "float[B, T, 5]", 8, ("num_scan_inputs", 1L)));

    [Fact]
    public void Run_NoScannedInputs_IsReported() =>
        Assert.Equal(InferenceDiagnosticIds.ParameterInvalid, Run("float[5]", "float[T, 5]", 11, ("num_scan_inputs", 0L)));

    [Fact]
    public void Run_AxisBeyondRank_IsReported() =>
        Assert.Equal(
            InferenceDiagnosticIds.ParameterInvalid,
            Run("float[5]", "float[T, 5]", 11, ("num_scan_inputs", 1L), Attribute.Of("scan_input_axes", [2L]))
        );

    [Fact]
    public void Run_StateChangesItsShape_IsReported() =>
        Assert.Equal(InferenceDiagnosticIds.LengthMismatch, Run("float[1]", "float[T, 5]", 11, ("num_scan_inputs", 1L)));

    private static string Run(string state, string scanned, int opset, params ReadOnlySpan<Attribute> attributes)
    {
        var body = new Graph("body");
        Value sum = body.AddNode("Add", [body.AddInput("state", null), body.AddInput("slice", null)], ["sum"]).Outputs[0];
        body.AddOutput(sum);
        body.AddOutput(body.AddNode("Relu", [sum], ["each"]).Outputs[0]);
        var graph = new Graph("main");
        Value?[] inputs = [graph.AddInput("s", NodeInference.Type(state)), graph.AddInput("x", NodeInference.Type(scanned))];
        Node node = graph.AddNode(
            "Scan",
            opset == 8 ? [null, .. inputs] : inputs,
            ["final", "all"],
            [Attribute.Of("body", body), .. attributes]
        );
        foreach (Value output in node.Outputs)
        {
            graph.AddOutput(output);
        }

        using var model = new Model(graph, 10) { OpsetImports = { [""] = opset } };
        ShapeInferenceResult result = ShapeInferencePass.Run(model);
        return result.Diagnostics is [var first, ..] ? first.Id : string.Join("; ", graph.Outputs.Select(static value => value.Type));
    }
}
