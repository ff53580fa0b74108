using Microsoft.ML.OnnxRuntime;
using VampNet.Inference.Inputs;
using VampNet.Onnx;

namespace VampNet.Inference.Tests.Inputs;

public class InputPlannerTests
{
    [Fact]
    public void Plans_IdsBehindCastAndReshape_StayBelowTheRowsOfTheirTable()
    {
        GraphBuilder graph = new("ids", 17);
        Value ids = graph.Input("ids", ElementType.Int32, Dim.Symbol("B"), Dim.Symbol("T"));
        Value wide = graph.Node("Cast", "wide", [ids], [VampNet.Onnx.Attribute.Of("to", (long)ElementType.Int64)]);
        Value flat = graph.Node("Reshape", "flat", [wide, graph.Constant([-1L])]);
        Value shifted = graph.Node("Add", "shifted", [flat, graph.Constant(2L)]);
        Value table = graph.Constant("table", TensorData.FromArray(new float[11 * 3], 11, 3));
        graph.Output(graph.Node("Gather", "rows", [table, shifted]), "y", ElementType.Float, Dim.Symbol("N"), 3);

        InputPlan plan = Assert.Single(Plans(graph));

        Assert.Equal(new InputRange(0, 8), plan.Range);
        Assert.Contains("table", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plans_AScalarThatIsOnlyCompared_IsWhatItIsComparedWith()
    {
        GraphBuilder graph = new("rate", 17);
        Value rate = graph.Input("sr", ElementType.Int64);
        graph.Output(graph.Node("Equal", "is16k", [rate, graph.Constant(16000L)]), "y", ElementType.Bool);

        Assert.Equal(new InputRange(16000, 16000), Assert.Single(Plans(graph)).Range);
    }

    [Fact]
    public void Plans_MasksLengthsAndImages_AreKnownByNameAndType()
    {
        GraphBuilder graph = new("many", 17);
        Dim batch = Dim.Symbol("batch"),
            time = Dim.Symbol("time");
        Value signal = graph.Input("audio_signal", ElementType.Float, batch, 80, time);
        Value length = graph.Input("length", ElementType.Int64, batch);
        Value mask = graph.Input("attention_mask", ElementType.Int64, batch, time);
        Value image = graph.Input("image", ElementType.UInt8, batch, Dim.Unknown(), Dim.Unknown(), 3);
        int output = 0;
        foreach (Value value in (Value[])[signal, length, mask, image])
        {
            graph.Output(
                graph.Node("Identity", $"copy{output}", [value]),
                $"y{output++}",
                value.TensorType!.ElementType,
                [.. value.TensorType.Shape!]
            );
        }

        InputPlan[] plans = Plans(graph);
        ModelSample sample = Maker(graph).Seeded(1, 1, 40).Single();

        Assert.Equal(time, plans[1].LengthOf);
        Assert.True(plans[2].IsMask);
        Assert.Equal("[batch, H, W, 3]", plans[3].Shape.ToString());
        Assert.Equal(new InputRange(0, 255), plans[3].Range);
        Assert.Equal([40L], (long[])sample.Inputs[1].Values);
        Assert.Equal([0L, 1L], ((long[])sample.Inputs[2].Values).Distinct().Order());
        Assert.Equal(1L, ((long[])sample.Inputs[2].Values)[0]);
        Assert.Equal([1L, 40, 40, 3], sample.Inputs[3].Shape);
        Assert.InRange(((byte[])sample.Inputs[3].Values).Max(), 250, 255);
    }

    [Fact]
    public void Plans_OpenChannelsOfAConvolution_AreWhatItsWeightTakes()
    {
        GraphBuilder graph = new("conv", 17);
        Value x = graph.Input("x", ElementType.Float, Dim.Unknown(), Dim.Unknown(), Dim.Unknown(), Dim.Unknown());
        Value scaled = graph.Node("Mul", "scaled", [x, graph.Constant(2f)]);
        Value weight = graph.Constant("w", TensorData.FromArray(new float[7 * 5 * 3 * 3], 7, 5, 3, 3));
        graph.Output(graph.Node("Conv", "conv", [scaled, weight]), "y", ElementType.Float, Dim.Unknown(), 7, Dim.Unknown(), Dim.Unknown());

        Assert.Equal("[B, 5, H, W]", Assert.Single(Plans(graph)).Shape.ToString());
    }

    [Fact]
    public void Seeded_Specifications_GiveEveryInputItsSizesAndValues()
    {
        GraphBuilder graph = new("two", 17);
        Value a = graph.Input("a", ElementType.Float16, Dim.Symbol("N"), Dim.Symbol("L"));
        Value b = graph.Input("b", ElementType.Double, Dim.Symbol("L"));
        graph.Output(graph.Node("Identity", "ca", [a]), "ya", ElementType.Float16, Dim.Symbol("N"), Dim.Symbol("L"));
        graph.Output(graph.Node("Identity", "cb", [b]), "yb", ElementType.Double, Dim.Symbol("L"));

        ModelSample sample = Maker(graph, "a:[N=3,T=9]2..5", "b:=0.25").Seeded(1, 1, 100).Single();

        Assert.Equal([3L, 9], sample.Inputs[0].Shape);
        Assert.All((Half[])sample.Inputs[0].Values, value => Assert.InRange((float)value, 2, 5));
        Assert.Equal([9L], sample.Inputs[1].Shape);
        Assert.All((double[])sample.Inputs[1].Values, value => Assert.Equal(0.25, value));
    }

    [Theory]
    [InlineData("nobody:[1]", "no input nobody")]
    [InlineData("a:int8", "declares float16")]
    [InlineData("a:[1]", "2 axes")]
    [InlineData("a:[T=1,T=2]", "T is 1")]
    public void For_ASpecificationAgainstTheGraph_IsRefused(string spec, string reason)
    {
        GraphBuilder graph = new("one", 17);
        Value a = graph.Input("a", ElementType.Float16, Dim.Symbol("N"), Dim.Symbol("L"));
        graph.Output(graph.Node("Identity", "ca", [a]), "ya", ElementType.Float16, Dim.Symbol("N"), Dim.Symbol("L"));

        InferenceException error = Assert.Throws<InferenceException>(() => Maker(graph, spec));

        Assert.Equal("VNI0342", error.Id);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeded_SizesBeyondReason_AreRefused()
    {
        GraphBuilder graph = new("one", 17);
        Value a = graph.Input("a", ElementType.Float, Dim.Symbol("N"), Dim.Symbol("L"));
        graph.Output(graph.Node("Identity", "ca", [a]), "ya", ElementType.Float, Dim.Symbol("N"), Dim.Symbol("L"));

        Assert.Equal("VNI0342", Assert.Throws<InferenceException>(() => Maker(graph, "a:[N=100000,L=100000]").Seeded(1, 1, 1).Single()).Id);
    }

    [Fact]
    public void Seeded_EveryTypeOfOnnxRuntime_HasAnArray()
    {
        foreach (
            ElementType type in (ElementType[])
                [
                    ElementType.Float,
                    ElementType.Double,
                    ElementType.Float16,
                    ElementType.BFloat16,
                    ElementType.Int8,
                    ElementType.Int16,
                    ElementType.Int32,
                    ElementType.Int64,
                    ElementType.UInt8,
                    ElementType.UInt16,
                    ElementType.UInt32,
                    ElementType.UInt64,
                    ElementType.Bool,
                ]
        )
        {
            GraphBuilder graph = new("one", 17);
            Value a = graph.Input("a", type, 5);
            graph.Output(graph.Node("Identity", "ca", [a]), "ya", type, 5);

            ModelInput input = Maker(graph).Seeded(1, 1, 1).Single().Inputs[0];
            using OrtValue value = input.ToOrtValue();

            Assert.Equal(type, ElementArrays.TypeOf(input.Values));
            Assert.Equal((int)type, (int)value.GetTensorTypeAndShape().ElementDataType);
        }
    }

    [Theory]
    [InlineData(1.0f)]
    [InlineData(-0.3f)]
    [InlineData(3.4e38f)]
    [InlineData(float.PositiveInfinity)]
    public void Convert_BFloat16_KeepsTheUpperHalf(float value)
    {
        float back = ElementArrays.ToSingle(((BFloat16[])ElementArrays.Convert(new[] { value }, ElementType.BFloat16)!)[0]);

        Assert.True(back.Equals(value) || Math.Abs(back - value) <= Math.Abs(value) / 256 || float.IsInfinity(back), $"{back}");
    }

    [Fact]
    public void Convert_WhatATypeDoesNotHold_IsNone()
    {
        Assert.Null(ElementArrays.Convert(new[] { 0.5f }, ElementType.Int64));
        Assert.Null(ElementArrays.Convert(new[] { -1L }, ElementType.UInt8));
        Assert.Equal(new[] { 3L }, ElementArrays.Convert(new[] { 3f }, ElementType.Int64));
    }

    private static InputPlan[] Plans(GraphBuilder graph) => [.. Maker(graph).Plans];

    private static SampleMaker Maker(GraphBuilder graph, params string[] specs)
    {
        using Model model = graph.Build();
        return SampleMaker.For(
            model,
            new InputProfile
            {
                Specs =
                [
                    .. specs.Select(text =>
                        InputSpec.TryParse(text, out InputSpec? spec, out string? problem) ? spec : throw new ArgumentException(problem)
                    ),
                ],
            }
        );
    }
}
