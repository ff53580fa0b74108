using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.OpsetConversion;
using VampNet.Onnx.Rewriting;
using VampNet.Onnx.Tests.Rewriting;

namespace VampNet.Onnx.Tests.OpsetConversion;

/// <summary>One test for each rule: an old node, what it becomes, and the same bits in ONNX Runtime.</summary>
public sealed class OpsetConverterTests
{
    private static readonly float[] Mixed = [1, 1, 2, 0.5f];

    [Theory]
    [InlineData(7, "nearest")]
    [InlineData(7, "linear")]
    [InlineData(9, "nearest")]
    [InlineData(9, "linear")]
    public void Convert_Upsample_IsResize(int opset, string mode)
    {
        GraphBuilder builder = new("g", opset);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 5, 7);
        float[] scales = [1, 1, 2, 3];
        Value y =
            opset < 9
                ? builder.Node("Upsample", "y", [x], [("mode", mode), Attribute.Of("scales", scales)])
                : builder.Node("Upsample", "y", [x, builder.Weight("scales", TensorData.FromArray(scales, 4))], [("mode", mode)]);
        Assert.Equal(["Resize"], Raise(builder, y, 20));
    }

    [Theory]
    [InlineData("nearest", new float[] { 1, 1, 2, 3 }, 1)]
    [InlineData("nearest", new float[] { 1, 1, 0.5f, 0.4f }, 1)]
    [InlineData("nearest", new float[] { 1, 1, 2.5f, 0.5f }, 2)]
    [InlineData("linear", new float[] { 1, 1, 2.5f, 0.5f }, 1)]
    public void Convert_Resize10_StatesItsCoordinates(string mode, float[] scales, int nodes)
    {
        GraphBuilder builder = new("g", 10);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 6, 9);
        Value y = builder.Node("Resize", "y", [x, builder.Weight("scales", TensorData.FromArray(scales, 4))], [("mode", mode)]);
        Assert.Equal(Enumerable.Repeat("Resize", nodes), Raise(builder, y, 19));
    }

    [Fact]
    public void Convert_Resize10OfComputedScales_GrowsAndThenShrinks()
    {
        GraphBuilder builder = new("g", 10);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 6, 9);
        Value scales = builder.Node("Identity", "scales", [builder.Weight("s", TensorData.FromArray(Mixed, 4))]);
        Value y = builder.Node("Resize", "y", [x, scales], [("mode", "nearest")]);
        Assert.Equal(["Identity", "Max", "Min", "Resize", "Resize"], Raise(builder, y, 18));
    }

    [Fact]
    public void Convert_ResizeHalfPixelForNearest_IsRefused()
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 6, 9);
        Value none = builder.Weight("none", TensorData.FromArray(Array.Empty<float>(), 0));
        Value y = builder.Node(
            "Resize",
            "y",
            [x, none, builder.Weight("s", TensorData.FromArray(Mixed, 4))],
            [("coordinate_transformation_mode", "tf_half_pixel_for_nn")]
        );
        AssertRefused(builder, y, 13, "opset 13 no longer has 'coordinate_transformation_mode' = 'tf_half_pixel_for_nn'");
    }

    [Theory]
    [InlineData("Softmax", 1L, new[] { "Flatten", "Softmax", "Shape", "Reshape" })]
    [InlineData("LogSoftmax", 1L, new[] { "Flatten", "LogSoftmax", "Shape", "Reshape" })]
    [InlineData("Hardmax", 0L, new[] { "Flatten", "Hardmax", "Shape", "Reshape" })]
    [InlineData("Softmax", 2L, new[] { "Softmax" })]
    [InlineData("Softmax", null, new[] { "Flatten", "Softmax", "Shape", "Reshape" })]
    public void Convert_SoftmaxOverSeveralAxes_FlattensThem(string opType, long? axis, string[] expected)
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 3, 4, 5);
        Value y = builder.Node(opType, "y", [x], axis is { } given ? [("axis", given)] : []);
        Assert.Equal(expected, Raise(builder, y, 13));
    }

    [Fact]
    public void Convert_SoftmaxBeforeUnitAxes_KeepsOneNode()
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 3, 4, 1, 1);
        Assert.Equal(["Softmax"], Raise(builder, builder.Node("Softmax", "y", [x]), 13));
    }

    [Theory]
    [InlineData("Squeeze", 13)]
    [InlineData("Unsqueeze", 13)]
    [InlineData("ReduceSum", 13)]
    [InlineData("ReduceL1", 18)]
    [InlineData("ReduceL2", 18)]
    [InlineData("ReduceLogSum", 18)]
    [InlineData("ReduceLogSumExp", 18)]
    [InlineData("ReduceMax", 18)]
    [InlineData("ReduceMean", 18)]
    [InlineData("ReduceMin", 18)]
    [InlineData("ReduceProd", 18)]
    [InlineData("ReduceSumSquare", 18)]
    public void Convert_AxesAttribute_BecomesAnInputAndBack(string opType, int since)
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 3, 1, 5);
        using Model model = Finish(builder, builder.Node(opType, "y", [builder.Node("Abs", "a", [x])], [("axes", new[] { 1L })]));
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, since);
        Node node = model.Graph.Nodes[^1];
        Assert.Equal([1L], node.Inputs[1]!.Constant!.ToInt64s());
        Assert.False(node.Attributes.Contains("axes"));
        AssertSame(before, model);
        OpsetConverter.Convert(model, since - 1);
        Assert.Single(node.Inputs);
        Assert.Equal([1L], node.Attributes.GetInts("axes")!.Value.AsEnumerable());
        AssertSame(before, model);
    }

    [Theory]
    [InlineData("ReduceMean")]
    [InlineData("ReduceSum")]
    public void Convert_ReductionOverAllAxes_KeepsNoAxes(string opType)
    {
        GraphBuilder builder = new("g", 9);
        Assert.Equal([opType], Raise(builder, builder.Node(opType, "y", [builder.Input("x", ElementType.Float, 3, 4)]), 21));
    }

    [Fact]
    public void Convert_ReductionThatReducesNothing_IsNotLowered()
    {
        GraphBuilder builder = new("g", 18);
        Value y = builder.Node("ReduceMean", "y", [builder.Input("x", ElementType.Float, 3, 4)], [("noop_with_empty_axes", 1L)]);
        AssertRefused(builder, y, 17, "reduces nothing where it has no axes");
    }

    [Fact]
    public void Convert_Slice_TakesItsBoundsAsInputs()
    {
        GraphBuilder builder = new("g", 9);
        Value x = builder.Input("x", ElementType.Float, 4, 6);
        Value y = builder.Node("Slice", "y", [x], [("axes", new[] { 1L }), ("starts", new[] { 1L }), ("ends", new[] { -1L })]);
        Assert.Equal(["Slice"], Raise(builder, y, 13));
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("reflect")]
    [InlineData("edge")]
    public void Convert_Pad_TakesWidthsAndValueAsInputs(string mode)
    {
        GraphBuilder builder = new("g", 10);
        Value x = builder.Input("x", ElementType.Float, 3, 5);
        Value y = builder.Node("Pad", "y", [x], [("mode", mode), ("pads", new[] { 0L, 1, 2, 0 }), ("value", 1.5f)]);
        Assert.Equal(["Pad"], Raise(builder, y, 19));
    }

    [Theory]
    [InlineData(-1f, 1f)]
    [InlineData(null, 0.5f)]
    [InlineData(0f, null)]
    [InlineData(null, null)]
    public void Convert_Clip_TakesItsBoundsAsInputs(float? least, float? most)
    {
        GraphBuilder builder = new("g", 6 + 1);
        List<Attribute> bounds = [];
        if (least is { } min)
        {
            bounds.Add(("min", min));
        }

        if (most is { } max)
        {
            bounds.Add(("max", max));
        }

        Value y = builder.Node("Clip", "y", [builder.Input("x", ElementType.Float, 3, 5)], [.. bounds]);
        Assert.Equal(["Clip"], Raise(builder, y, 13));
    }

    [Fact]
    public void Convert_ClipOfFloat16WithBoundsOfFloat32_TakesTheLargestNumber()
    {
        GraphBuilder builder = new("g", 10);
        Value y = builder.Node("Clip", "y", [builder.Input("x", ElementType.Float16, 3)], [("min", -1f), ("max", float.MaxValue)]);
        using Model model = Finish(builder, y, ElementType.Float16);
        OpsetConverter.Convert(model, 13);
        Assert.Equal([65504f], model.Graph.Nodes[0].Inputs[2]!.Constant!.ToSingles());
    }

    [Fact]
    public void Convert_Split_TakesLengthsAsInputAndCountsEqualParts()
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 2, 6);
        Value[] uneven = builder.Nodes("Split", "uneven", [x], ["a", "b"], [("axis", 1L), ("split", new[] { 2L, 4 })]);
        Value[] even = builder.Nodes("Split", "even", [x], ["c", "d", "e"], [("axis", 1L)]);
        Value y = builder.Node("Concat", "y", [uneven[1], even[2], even[0]], [("axis", 1L)]);
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 18);
        Assert.Equal(3, model.Graph.Nodes[1].Attributes.GetInt("num_outputs"));
        AssertSame(before, model);
        OpsetConverter.Convert(model, 12);
        Assert.Equal([2L, 4], model.Graph.Nodes[0].Attributes.GetInts("split")!.Value.AsEnumerable());
        Assert.False(model.Graph.Nodes[1].Attributes.Contains("num_outputs"));
        AssertSame(before, model);
    }

    [Fact]
    public void Convert_SplitIntoUnequalParts_IsNotLowered()
    {
        GraphBuilder builder = new("g", 18);
        Value[] parts = builder.Nodes("Split", "s", [builder.Input("x", ElementType.Float, 7)], ["a", "b"], [("num_outputs", 2L)]);
        AssertRefused(builder, parts[0], 17, "its last part may be shorter");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public void Convert_DropoutWithMask_KeepsTheMask(int opset)
    {
        GraphBuilder builder = new("g", opset);
        Value x = builder.Input("x", ElementType.Float, 3, 4);
        Value[] parts = builder.Nodes("Dropout", "d", [x], ["kept", "mask"], [("ratio", 0.25f)]);
        Value mask = opset < 10 ? parts[1] : builder.Node("Cast", "m", [parts[1]], [("to", (long)ElementType.Float)]);
        Value y = builder.Node("Concat", "y", [parts[0], mask], [("axis", 0L)]);
        Raise(builder, y, 13);
    }

    [Fact]
    public void Convert_Dropout_TakesItsRatioAsInputAndBack()
    {
        GraphBuilder builder = new("g", 11);
        Value y = builder.Node("Dropout", "y", [builder.Input("x", ElementType.Float, 3, 4)], [("ratio", 0.25f)]);
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 13);
        Assert.Equal([0.25f], model.Graph.Nodes[0].Inputs[1]!.Constant!.ToSingles());
        OpsetConverter.Convert(model, 11);
        Assert.Equal(0.25f, model.Graph.Nodes[0].Attributes.GetFloat("ratio", 0));
        AssertSame(before, model);
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(0L)]
    public void Convert_BatchNormalization7_LosesSpatial(long spatial)
    {
        GraphBuilder builder = new("g", 7);
        Value x = builder.Input("x", ElementType.Float, 2, 3, 4);
        long[] shape = spatial == 1 ? [3] : [3, 4];
        Value[] statistics =
        [
            .. Enumerable.Range(0, 4).Select(i => builder.Weight($"w{i}", TensorData.FromArray(Numbers(i, shape), shape))),
        ];
        Value y = builder.Node("BatchNormalization", "y", [x, .. statistics], [("spatial", spatial)]);
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConversionReport report = OpsetConverter.Convert(model, 15)!;
        Assert.Equal(spatial == 1 ? NumericalEffect.Exact : NumericalEffect.Reordered, report.Effect);
        Assert.Equal(spatial == 1 ? "BatchNormalization" : "Add", model.Graph.Nodes[^1].OpType);
        if (spatial == 1)
        {
            AssertSame(before, model);
        }
        else
        {
            RuleHarness.AssertClose(
                OrtRunner.Run(ModelReader.Read(before), new Dictionary<string, long>()),
                OrtRunner.Run(model, new Dictionary<string, long>()),
                4e-6
            );
        }
    }

    [Fact]
    public void Convert_BatchNormalizationWhoseExtraOutputsNobodyReads_KeepsOne()
    {
        GraphBuilder builder = new("g", 9);
        Value x = builder.Input("x", ElementType.Float, 2, 3, 4);
        Value[] statistics = [.. Enumerable.Range(0, 4).Select(i => builder.Weight($"w{i}", TensorData.FromArray(Numbers(i, [3]), 3)))];
        Value[] results = builder.Nodes("BatchNormalization", "n", [x, .. statistics], ["y", "m", "v", "sm", "sv"]);
        using Model model = Finish(builder, results[0]);
        OpsetConverter.Convert(model, 15);
        Assert.Equal(["out"], model.Graph.Nodes[0].Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Convert_BatchNormalizationWhoseSavedMeanIsRead_IsRefused()
    {
        GraphBuilder builder = new("g", 9);
        Value x = builder.Input("x", ElementType.Float, 2, 3, 4);
        Value[] statistics = [.. Enumerable.Range(0, 4).Select(i => builder.Weight($"w{i}", TensorData.FromArray(Numbers(i, [3]), 3)))];
        Value[] results = builder.Nodes("BatchNormalization", "n", [x, .. statistics], ["y", "m", "v", "sm", "sv"]);
        AssertRefused(builder, results[3], 14, "saved mean or variance is read");
    }

    [Fact]
    public void Convert_TopK_TakesItsCountAsInput()
    {
        GraphBuilder builder = new("g", 9);
        Value[] best = builder.Nodes("TopK", "t", [builder.Input("x", ElementType.Float, 3, 7)], ["v", "i"], [("k", 2L), ("axis", 1L)]);
        Assert.Equal(["TopK"], Raise(builder, best[0], 13));
    }

    [Fact]
    public void Convert_Scatter_IsScatterElements()
    {
        GraphBuilder builder = new("g", 9);
        Value x = builder.Input("x", ElementType.Float, 3, 3);
        Value at = builder.Weight("at", TensorData.FromArray([1L, 0, 2], 1, 3));
        Value by = builder.Weight("by", TensorData.FromArray([1f, 2, 3], 1, 3));
        Assert.Equal(["ScatterElements"], Raise(builder, builder.Node("Scatter", "y", [x, at, by], [("axis", 0L)]), 18));
    }

    [Fact]
    public void Convert_RoiAlign10_KeepsItsHalfPixel()
    {
        GraphBuilder builder = new("g", 10);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 9, 9);
        Value rois = builder.Weight("rois", TensorData.FromArray([0.5f, 1, 6, 7.5f], 1, 4));
        Value batch = builder.Weight("batch", TensorData.FromArray([0L], 1));
        Value y = builder.Node(
            "RoiAlign",
            "y",
            [x, rois, batch],
            [("output_height", 3L), ("output_width", 2L), ("sampling_ratio", 2L), ("spatial_scale", 1f)]
        );
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 16);
        AssertSame(before, model);
        OpsetConverter.Convert(model, 15);
        AssertSame(before, model);
    }

    [Theory]
    [InlineData("bilinear", "linear")]
    [InlineData("bicubic", "cubic")]
    [InlineData("nearest", "nearest")]
    public void Convert_GridSample_RenamesItsModes(string old, string renamed)
    {
        GraphBuilder builder = new("g", 16);
        Value x = builder.Input("x", ElementType.Float, 1, 2, 5, 6);
        Value grid = builder.Input("grid", ElementType.Float, 1, 3, 4, 2);
        using Model model = Finish(builder, builder.Node("GridSample", "y", [x, grid], [("mode", old)]));
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 20);
        Assert.Equal(renamed, model.Graph.Nodes[0].Attributes.GetString("mode"));
        AssertSame(before, model);
        OpsetConverter.Convert(model, 19);
        Assert.Equal(old, model.Graph.Nodes[0].Attributes.GetString("mode"));
    }

    [Fact]
    public void Convert_Dft_TakesItsAxisAsInputAndBack()
    {
        GraphBuilder builder = new("g", 17);
        Value y = builder.Node("DFT", "y", [builder.Input("x", ElementType.Float, 1, 8, 1)]);
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 20);
        Assert.Equal([1L], model.Graph.Nodes[0].Inputs[2]!.Constant!.ToInt64s());
        AssertSame(before, model);
        OpsetConverter.Convert(model, 19);
        Assert.Equal(1, model.Graph.Nodes[0].Attributes.GetInt("axis"));
        AssertSame(before, model);
    }

    [Fact]
    public void Convert_GroupNormalization18_ScalesChannels()
    {
        GraphBuilder builder = new("g", 18);
        Value x = builder.Input("x", ElementType.Float, 2, 6, 4);
        Value scale = builder.Weight("scale", TensorData.FromArray([1f, 2], 2));
        Value bias = builder.Weight("bias", TensorData.FromArray([3f, 4], 2));
        using Model model = Finish(builder, builder.Node("GroupNormalization", "y", [x, scale, bias], [("num_groups", 2L)]));
        OpsetConverter.Convert(model, 21);
        Assert.True(model.Graph.Nodes[^1].Inputs[1]!.TensorType!.Shape![0].Is(6));
        AssertRuns(model);
    }

    [Fact]
    public void Convert_Scan8_IsRefused()
    {
        GraphBuilder body = new("body", 8);
        Value item = body.Input("item", ElementType.Float, 4);
        body.Output(body.Node("Identity", "copy", [item]), "item_out", ElementType.Float, 4);
        GraphBuilder builder = new("g", 8);
        Value x = builder.Input("x", ElementType.Float, 1, 3, 4);
        Value y = builder.Node("Scan", "y", [null, x], [Attribute.Of("body", body.Graph), ("num_scan_inputs", 1L)]);
        AssertRefused(builder, y, 9, "opset 9 no longer does");
    }

    [Fact]
    public void Convert_AddOfOpset6_AlignsItsSecondOperand()
    {
        GraphBuilder builder = new("g", 7);
        Value x = builder.Input("x", ElementType.Float, 2, 3, 4);
        Value channel = builder.Weight("channel", TensorData.FromArray([1f, 2, 3], 3));
        Value y = builder.Node("Add", "y", [x, channel], [("broadcast", 1L), ("axis", 1L)]);
        using Model model = Finish(builder, y);
        model.OpsetImports[""] = 6;
        OpsetConverter.Convert(model, 13);
        Assert.Equal(["Unsqueeze", "Add"], model.Graph.Nodes.Select(node => node.OpType));
        AssertRuns(model);
    }

    [Fact]
    public void Convert_OldLeftovers_AreBroughtToOpset7()
    {
        GraphBuilder builder = new("g", 7);
        Value x = builder.Input("x", ElementType.Float, 2, 3, 4, 4);
        Value[] statistics = [.. Enumerable.Range(0, 4).Select(i => builder.Weight($"w{i}", TensorData.FromArray(Numbers(i, [3]), 3)))];
        Value normal = builder.Node("BatchNormalization", "n", [x, .. statistics], [("is_test", 1L), ("consumed_inputs", new[] { 0L })]);
        Value kept = builder.Node("Dropout", "d", [normal], [("is_test", 1L)]);
        Value slope = builder.Node("PRelu", "p", [kept, builder.Weight("slope", TensorData.FromArray([0.1f, 0.2f, 0.3f], 3))]);
        Value wide = builder.Node("Concat", "c", [slope, kept]);
        Value padded = builder.Node("Pad", "q", [wide], [("paddings", new[] { 0L, 0, 1, 1, 0, 0, 1, 1 })]);
        Value larger = builder.Node("Upsample", "u", [padded], [("height_scale", 2f), ("width_scale", 2f)]);
        Value real = builder.Node("Cast", "r", [larger], [("to", "FLOAT")]);
        Value y = builder.Node("Reshape", "y", [real], [("shape", new[] { 2L, -1 })]);
        using Model model = Finish(builder, y);
        model.OpsetImports[""] = 1;
        OpsetConverter.Convert(model, 13);
        Assert.Empty(ModelVerifier.VerifyTypes(model));
        Assert.True(model.Graph.Outputs[0].TensorType!.Shape!.Equals(TensorShape.Of(2, 6 * 12 * 12)));
        AssertRuns(model);
    }

    [Theory]
    [InlineData("BatchNormalization")]
    [InlineData("Dropout")]
    public void Convert_TrainingOfOpset6_IsRefused(string opType)
    {
        GraphBuilder builder = new("g", 7);
        Value x = builder.Input("x", ElementType.Float, 2, 3);
        Value y = builder.Node(opType, "y", [x], [("is_test", 0L)]);
        using Model model = Finish(builder, y);
        model.OpsetImports[""] = 6;
        Assert.Contains(
            "it trains",
            Assert.Throws<OnnxException>(() => OpsetConverter.Convert(model, 7)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Convert_NodesOfSubgraphs_ShareConstantsOfTheMainGraph()
    {
        GraphBuilder builder = new("g", 11);
        Value x = builder.Input("x", ElementType.Float, 3, 1);
        Value flag = builder.Input("flag", ElementType.Bool);
        Graph then = Branch("then", x, "Squeeze");
        Graph otherwise = Branch("else", x, "ReduceSum");
        Value y = builder.Node("If", "y", [flag], [Attribute.Of("then_branch", then), Attribute.Of("else_branch", otherwise)]);
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        OpsetConverter.Convert(model, 13);
        Assert.Single(model.Graph.Initializers);
        AssertSame(before, model);

        static Graph Branch(string name, Value x, string opType)
        {
            Graph graph = new(name);
            Attribute[] attributes = opType == "Squeeze" ? [("axes", new[] { 1L })] : [("axes", new[] { 1L }), ("keepdims", 0L)];
            graph.AddOutput(graph.AddNode(opType, [x], [$"{name}.y"], attributes).Outputs[0]);
            graph.Outputs[0].Type = new TensorType(ElementType.Float, TensorShape.Of(3));
            return graph;
        }
    }

    [Fact]
    public void Convert_NewOperator_IsNotLowered()
    {
        GraphBuilder builder = new("g", 20);
        AssertRefused(builder, builder.Node("Gelu", "y", [builder.Input("x", ElementType.Float, 3)]), 17, "came with opset 20");
    }

    [Fact]
    public void Convert_NewType_IsNotLowered()
    {
        GraphBuilder builder = new("g", 14);
        Value x = builder.Input("x", ElementType.Int8, 3);
        using Model model = Finish(builder, builder.Node("Add", "y", [x, x]), ElementType.Int8);
        OnnxException refusal = Assert.Throws<OnnxException>(() => OpsetConverter.Convert(model, 13));
        Assert.Contains("does not take 'x' of int8[3]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_NewAttribute_IsLoweredOnlyAtItsDefault()
    {
        GraphBuilder builder = new("g", 14);
        Value x = builder.Input("x", ElementType.Float, 6);
        Value shape = builder.Constant([2L, 3]);
        using Model model = Finish(builder, builder.Node("Reshape", "y", [x, shape], [("allowzero", 0L)]));
        OpsetConverter.Convert(model, 13);
        Assert.False(model.Graph.Nodes[0].Attributes.Contains("allowzero"));
        model.Graph.Nodes[0].Attributes.Set(("allowzero", 1L));
        model.OpsetImports[""] = 14;
        OnnxException refusal = Assert.Throws<OnnxException>(() => OpsetConverter.Convert(model, 13));
        Assert.Contains("its attribute 'allowzero' came with opset 14", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_PowOfTwoTypes_IsNotLowered()
    {
        GraphBuilder builder = new("g", 12);
        Value x = builder.Input("x", ElementType.Float, 3);
        AssertRefused(builder, builder.Node("Pow", "y", [x, builder.Weight("two", TensorData.Scalar(2.0))]), 11, "of several types");
    }

    [Theory]
    [InlineData(17, 10)]
    [InlineData(24, 20)]
    public void Convert_OutOfRange_IsRefused(int from, int to)
    {
        GraphBuilder builder = new("g", from);
        using Model model = Finish(builder, builder.Node("Abs", "y", [builder.Input("x", ElementType.Float, 3)]));
        Assert.Equal(DiagnosticIds.OpsetOutOfRange, Assert.Throws<OnnxException>(() => OpsetConverter.Convert(model, to)).Id);
        Assert.Throws<ArgumentOutOfRangeException>(() => OpsetConverter.Convert(model, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => OpsetConverter.Convert(model, 24));
    }

    [Fact]
    public void Convert_SameOpset_ChangesNothing()
    {
        GraphBuilder builder = new("g", 13);
        using Model model = Finish(builder, builder.Node("Abs", "y", [builder.Input("x", ElementType.Float, 3)]));
        Assert.Null(OpsetConverter.Convert(model, 13));
    }

    [Fact]
    public void Convert_Upward_RaisesTheIrVersionAndSaysWhatChanged()
    {
        GraphBuilder builder = new("g", 9);
        Value x = builder.Input("x", ElementType.Float, 3, 1);
        using Model model = Finish(builder, builder.Node("Squeeze", "y", [x], [("axes", new[] { 1L })]));
        OpsetConversionReport report = OpsetConverter.Convert(model, 20)!;
        Assert.Equal("opset 9 to 20: rewrote 1 Squeeze", report.ToString());
        Assert.Equal([new OpsetChange("Squeeze", "Squeeze 'y'", 13)], report.Changes.AsEnumerable());
        Assert.Equal((20, 9), (model.Opset, model.IrVersion));
    }

    private static float[] Numbers(int seed, long[] shape)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)random.NextDouble() + 0.5f)];
    }

    private static Model Finish(GraphBuilder builder, Value y, ElementType type = ElementType.Float)
    {
        y.Name = "out";
        builder.Graph.AddOutput(y);
        y.Type ??= new TensorType(type, null);
        return builder.Build();
    }

    private static string[] Raise(GraphBuilder builder, Value y, int opset)
    {
        using Model model = Finish(builder, y);
        byte[] before = ModelWriter.ToBytes(model);
        Assert.Equal(opset, OpsetConverter.Convert(model, opset)!.To);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.Empty(ModelVerifier.VerifyTypes(model));
        AssertSame(before, model);
        return [.. model.Graph.Nodes.Select(node => node.OpType)];
    }

    private static void AssertRefused(GraphBuilder builder, Value y, int opset, string reason)
    {
        using Model model = Finish(builder, y);
        OnnxException refusal = Assert.Throws<OnnxException>(() => OpsetConverter.Convert(model, opset));
        Assert.Equal(DiagnosticIds.OpsetNotConvertible, refusal.Id);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertRuns(Model model)
    {
        Dictionary<string, OrtValue> inputs = SameOutputs.Inputs(model)!;
        Assert.Null(SameOutputs.TryRun(ModelWriter.ToBytes(model), inputs, out _));
    }

    private static void AssertSame(byte[] before, Model after)
    {
        Dictionary<string, OrtValue> inputs = SameOutputs.Inputs(after)!;
        Assert.Null(SameOutputs.TryRun(before, inputs, out IReadOnlyList<byte[]> expected));
        Assert.Null(SameOutputs.TryRun(ModelWriter.ToBytes(after), inputs, out IReadOnlyList<byte[]> found));
        Assert.Equal(expected, found);
    }
}
