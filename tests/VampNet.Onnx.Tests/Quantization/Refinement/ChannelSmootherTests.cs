using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Tests.Quantization.Refinement;

public class ChannelSmootherTests
{
    private const int Batch = 2;
    private const int Frames = 5;

    // A few roundings of binary32 more or fewer, on outputs of about one.
    private const float Rounding = 2e-5f;

    public static TheoryData<string> Normalizations =>
        ["Mul", "LayerNormalization", "SimplifiedLayerNormalization", "SkipSimplifiedLayerNormalization", "SkipLayerNormalization", "Div"];

    [Theory]
    [MemberData(nameof(Normalizations))]
    public void Apply_FeedForwardBlock_ComputesTheSame(string normalization)
    {
        using Model model = SmoothableModels.Gated((builder, x) => Normalize(builder, x, normalization));
        SmoothingReport report = AssertExact(model);
        Assert.Equal(2, report.Smoothed.Length);
        Assert.Equal(["value.weight"], report.Smoothed[1].Absorbers);
        Assert.Equal(["gated", "value"], report.Smoothed[1].Rescaled);
    }

    [Fact]
    public void Apply_HalfOfAProduct_ScalesItsOwnColumns()
    {
        using Model model = SmoothableModels.SplitProduct();
        float[] before = Constant(model, "both.weight");
        SmoothingReport report = AssertExact(model);

        SmoothedActivation smoothed = Assert.Single(report.Smoothed);
        Assert.Equal(("gated", 2), (smoothed.Activation, smoothed.Absorbers.Length));
        float[] after = Constant(model, "both.weight");
        for (int column = 0; column < 2 * SmoothableModels.Inner; column++)
        {
            Assert.Equal(
                column < SmoothableModels.Inner ? 1 : 1 / smoothed.Factors[column - SmoothableModels.Inner],
                after[column] / before[column],
                1e-5f
            );
        }

        Assert.Equal("it is an input of the graph", Assert.Single(report.Left).Reason);
    }

    [Theory]
    [InlineData(new long[] { 0, 2, 1, 3 }, new long[] { 0, 2, 1, 3 })]
    [InlineData(new long[] { 2, 0, 1, 3 }, new long[] { 1, 2, 0, 3 })]
    public void Apply_Attention_ScalesWhatIsMixed(long[] perm, long[] back)
    {
        using Model model = SmoothableModels.Attention(perm, back);
        SmoothedActivation smoothed = Assert.Single(AssertExact(model).Smoothed);
        Assert.Equal(("attended", "v.weight"), (smoothed.Activation, Assert.Single(smoothed.Absorbers)));
    }

    [Fact]
    public void Apply_HeadsThatDoNotComeBack_AreLeft()
    {
        // Batch and positions are exchanged: a channel would meet another's factor were they heads.
        using Model model = SmoothableModels.Attention([0, 2, 1, 3], [2, 0, 1, 3]);
        Assert.Contains(
            Apply(model).Left,
            left => left == new UnsmoothedActivation("attended", "the Reshape before it joins no attention heads")
        );
    }

    [Fact]
    public void Apply_FusedAttention_ScalesWhatIsMixed()
    {
        using Model model = SmoothableModels.FusedAttention();
        SmoothedActivation smoothed = Assert.Single(AssertExact(model).Smoothed);
        Assert.Equal(["rows.bias", "projected.weight"], smoothed.Absorbers);
    }

    [Fact]
    public void Apply_TwoGemms_ScalesWeightAndBias()
    {
        using Model model = SmoothableModels.TwoGemms();
        SmoothedActivation smoothed = Assert.Single(AssertExact(model).Smoothed);
        Assert.Equal(["hidden.weight", "hidden.bias"], smoothed.Absorbers);
    }

    [Fact]
    public void Apply_WeightThatOthersRead_IsCopied()
    {
        GraphBuilder builder = SmoothableModels.Begin(out Value x);
        Value shared = SmoothableModels.Weight(builder, "shared", 1, SmoothableModels.Width);
        Value scaled = builder.Node("Mul", "scaled", [x, shared]);
        builder.Output(
            builder.Node("Add", "other", [x, shared]),
            "z",
            ElementType.Float,
            Dim.Symbol("B"),
            Dim.Symbol("T"),
            SmoothableModels.Width
        );
        using Model model = SmoothableModels.Finish(
            builder,
            builder.Node(
                "MatMul",
                "last",
                [scaled, SmoothableModels.Weight(builder, "last.weight", 3, SmoothableModels.Width, SmoothableModels.Outputs)]
            )
        );
        AssertExact(model);
        Assert.Contains(model.Graph.Initializers, value => value.Name == "shared.smoothed");
    }

    public static TheoryData<string, string> Guards =>
        new()
        {
            { "Gelu", "Gelu before it has no constant that scales its channels" },
            { "OtherReader", "Relu reads it too" },
            { "Output", "it is an output of the graph" },
            { "ReadTwice", "value before it has other readers" },
            { "Sum", "the sum before it has two terms that are computed" },
        };

    [Theory]
    [MemberData(nameof(Guards))]
    public void Apply_WhereItWouldNotBeExact_SaysWhy(string situation, string reason)
    {
        GraphBuilder builder = SmoothableModels.Begin(out Value x);
        Value value = builder.Node(
            "MatMul",
            "value",
            [x, SmoothableModels.Weight(builder, "value.weight", 1, SmoothableModels.Width, SmoothableModels.Width)]
        );
        Value activation = situation switch
        {
            "Gelu" => builder.Node("Gelu", "activation", [value]),
            "Sum" => builder.Node("Add", "activation", [value, x]),
            "ReadTwice" => builder.Node("Add", "activation", [value, SmoothableModels.Weight(builder, "bias", 2, SmoothableModels.Width)]),
            _ => builder.Node("Mul", "activation", [value, SmoothableModels.Weight(builder, "bias", 2, SmoothableModels.Width)]),
        };
        Value product = builder.Node(
            "MatMul",
            "last",
            [activation, SmoothableModels.Weight(builder, "last.weight", 3, SmoothableModels.Width, SmoothableModels.Outputs)]
        );
        if (situation is "OtherReader" or "ReadTwice")
        {
            builder.Output(
                builder.Node("Relu", "other", [situation == "ReadTwice" ? value : activation]),
                "z",
                ElementType.Float,
                Dim.Symbol("B"),
                Dim.Symbol("T"),
                SmoothableModels.Width
            );
        }
        else if (situation == "Output")
        {
            builder.Graph.AddOutput(activation);
        }

        using Model model = SmoothableModels.Finish(builder, product);
        SmoothingReport report = Apply(model);
        Assert.Empty(report.Smoothed.Where(smoothed => smoothed.Activation == "activation"));
        Assert.Contains(new UnsmoothedActivation("activation", reason), report.Left);
    }

    [Fact]
    public void Apply_ActivationThatWasNotMeasured_IsLeft()
    {
        using Model model = SmoothableModels.SplitProduct();
        SmoothingReport report = ChannelSmoother.Apply(model, CalibrationData.None, new());
        Assert.All(report.Left, left => Assert.Equal("calibration saw no value of it", left.Reason));
        Assert.Empty(report.Smoothed);
    }

    [Fact]
    public void Apply_UnevenChannels_GivesDynamicQuantizationLessToLose()
    {
        double plain = NoiseOf(smooth: false);
        double smoothed = NoiseOf(smooth: true);
        Assert.True(smoothed < plain / 4, $"{smoothed} is not a quarter of {plain}");
    }

    [Fact]
    public void Apply_ChannelsThatHardlyMoved_AreNotBlownUp()
    {
        using Model model = SmoothableModels.SplitProduct();
        float[] sizes = [1, 1, 1, 1, 1, 1, 1, 1, 1e-9f, 0];
        SmoothedActivation smoothed = Assert.Single(
            ChannelSmoother.Apply(model, new() { ChannelSizes = new Dictionary<string, float[]> { ["gated"] = sizes } }, new()).Smoothed
        );
        Assert.Equal(1f / 32, smoothed.Factors[8] / smoothed.Factors[0], 1e-5f);
        Assert.Equal(1, smoothed.Factors[9]);
    }

    private static double NoiseOf(bool smooth)
    {
        // Sizes from 0.01 to 10, which the weights make up for.
        float[] sizes = [.. Enumerable.Range(0, SmoothableModels.Width).Select(k => MathF.Pow(10, (k % 4) - 2))];
        GraphBuilder builder = SmoothableModels.Begin(out Value x);
        Value uneven = builder.Node("Mul", "uneven", [x, builder.Weight("sizes", TensorData.FromArray(sizes, sizes.Length))]);
        float[] weights = QuantizableModels.Numbers(3, SmoothableModels.Width * SmoothableModels.Outputs);
        float[] matched = [.. weights.Select((weight, i) => weight / sizes[i / SmoothableModels.Outputs])];
        using Model model = SmoothableModels.Finish(
            builder,
            builder.Node(
                "MatMul",
                "last",
                [uneven, builder.Weight("last.weight", TensorData.FromArray(matched, SmoothableModels.Width, SmoothableModels.Outputs))]
            )
        );
        float[] exact = Run(model)["y"];
        if (smooth)
        {
            Assert.Single(
                ChannelSmoother
                    .Apply(model, new() { ChannelSizes = new Dictionary<string, float[]> { ["uneven"] = sizes } }, new())
                    .Smoothed
            );
        }

        DynamicQuantizer.Quantize(model, new());
        return exact.Zip(Run(model)["y"]).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
    }

    private static Value Normalize(GraphBuilder builder, Value x, string normalization)
    {
        Value gamma = SmoothableModels.Weight(builder, "gamma", 8, SmoothableModels.Width);
        Value Beta() => SmoothableModels.Weight(builder, "beta", 9, SmoothableModels.Width);
        return normalization switch
        {
            "LayerNormalization" => builder.Node(normalization, "normed", [x, gamma, Beta()], [("axis", -1L)]),
            "SimplifiedLayerNormalization" => builder.Node(normalization, "normed", [x, gamma], [("axis", -1L)]),
            "SkipSimplifiedLayerNormalization" => builder.Node(normalization, "normed", [x, x, gamma], [], "com.microsoft"),
            "SkipLayerNormalization" => builder.Node(normalization, "normed", [x, x, gamma, Beta()], [], "com.microsoft"),
            "Div" => builder.Node("Div", "normed", [builder.Node("Mul", "scaled", [gamma, x]), builder.Constant(3f)]),
            _ => builder.Node("Mul", "normed", [x, gamma]),
        };
    }

    private static SmoothingReport AssertExact(Model model)
    {
        IReadOnlyDictionary<string, float[]> before = Run(model);
        SmoothingReport report = Apply(model);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.All(report.Smoothed, smoothed => Assert.Contains(smoothed.Factors, factor => factor > 1.5f));
        IReadOnlyDictionary<string, float[]> after = Run(model);
        Assert.All(
            before,
            output =>
                Assert.All(
                    output.Value.Zip(after[output.Key]),
                    pair => Assert.Equal(pair.First, pair.Second, Rounding * Math.Max(1, Math.Abs(pair.First)))
                )
        );
        return report;
    }

    // Sizes that differ by up to a factor of 64.
    private static SmoothingReport Apply(Model model) =>
        ChannelSmoother.Apply(
            model,
            new()
            {
                ChannelSizes = ChannelSmoother
                    .ActivationsToMeasure(model, new())
                    .ToDictionary(
                        activation => activation.Key,
                        activation => (float[])[.. Enumerable.Range(0, activation.Value).Select(k => MathF.Pow(2, (k * 5 % 7) - 3))]
                    ),
            },
            new()
        );

    private static float[] Constant(Model model, string name) =>
        model.Graph.Initializers.Single(value => value.Name == name).Constant!.ToSingles();

    private static IReadOnlyDictionary<string, float[]> Run(Model model)
    {
        using OrtModel session = new(model, optimize: false);
        using OrtValue x = OrtModel.Tensor(
            QuantizableModels.Numbers(11, Batch * Frames * SmoothableModels.Width),
            Batch,
            Frames,
            SmoothableModels.Width
        );
        return session.Run(("x", x));
    }
}
