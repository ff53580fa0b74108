using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

public class SnakeActivationTests
{
    private const int Batch = 2;
    private const int Samples = 40;
    private const int Channels = 5;

    private static readonly Dictionary<string, ActivationRange> Ranges = new()
    {
        ["x"] = new(-1, 1),
        ["first"] = new(-4, 4),
        ["inner"] = new(-4, 5),
        ["second"] = new(-10, 10),
        ["residual"] = new(-11, 11),
        ["outer"] = new(-11, 13),
        ["y"] = new(-28, 28),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quantize_ActivationsBetweenConvolutions_BecomeTables(bool signed)
    {
        float[] x = QuantizableModels.Numbers(31, Batch * 3 * Samples);
        using Model real = Residual();
        float[] expected = Run(real, x);
        using Model model = Residual();

        StaticQuantizer.Quantize(
            model,
            new()
            {
                Calibration = new() { Ranges = Ranges },
                SignedActivations = signed,
            }
        );

        IReadOnlyList<string> operators = OrtModel.OptimizedOperators(model);
        Assert.Equal(2, operators.Count(op => op == "GatherElements"));
        Assert.DoesNotContain("Sin", operators);
        Assert.Equal(signed ? 0 : 3, operators.Count(op => op == "QLinearConv"));
        Assert.DoesNotContain(model.Graph.Initializers, value => value.Uses.Count == 0);
        Assert.Empty(ModelVerifier.Verify(model));
        Assert.InRange(SignalToNoise(expected, Run(model, x)), 28, 60);
    }

    [Fact]
    public void Quantize_InputInIntegers_GivesTheSameNumbersAsFloatingPoint()
    {
        float[] x = QuantizableModels.Numbers(31, Batch * 3 * Samples);
        using Model tables = Residual();
        StaticQuantizer.Quantize(
            tables,
            new()
            {
                Calibration = new() { Ranges = Ranges },
                Selection = new() { Exclude = ["outer.sine"] },
            }
        );
        using Model hidden = Residual(hide: true);
        StaticQuantizer.Quantize(hidden, new() { Calibration = new() { Ranges = Ranges } });

        Assert.Single(tables.Graph.Nodes, node => node.Is("Sin"));
        Assert.Equal(2, hidden.Graph.Nodes.Count(node => node.Is("Sin")));
        Assert.Equal(Run(hidden, x), Run(tables, x));
    }

    [Fact]
    public void ActivationsToCalibrate_ActivationOfASum_NamesTheSum()
    {
        using Model model = Residual();
        Assert.Equal(["x", "first", "inner", "second", "residual", "outer", "y"], StaticQuantizer.ActivationsToCalibrate(model, new()));
        StaticQuantizationOptions without = new() { Selection = new() { Exclude = ["Sin"] } };
        Assert.Equal(["x", "first", "inner", "second", "outer", "y"], StaticQuantizer.ActivationsToCalibrate(model, without));
    }

    [Fact]
    public void Quantize_SumThatAChoiceDependsOn_IsNotRoundedForItsActivation()
    {
        using Model model = Residual(choose: true);
        Assert.DoesNotContain("residual", StaticQuantizer.ActivationsToCalibrate(model, new()));

        StaticQuantizer.Quantize(model, new() { Calibration = new() { Ranges = Ranges } });

        // The inner activation reads the integers of a convolution: its table changes no number, and so no choice.
        Assert.Single(model.Graph.Nodes, node => node.Is("GatherElements"));
        Assert.Equal("outer.sine", Assert.Single(model.Graph.Nodes, node => node.Is("Sin")).Name);
    }

    [Fact]
    public void Of_OtherFactors_AreNoSnake()
    {
        GraphBuilder builder = new("other", 17);
        Value x = builder.Input("x", ElementType.Float, Batch, Channels, Samples);
        Value lengths = builder.Weight("lengths", TensorData.FromArray(QuantizableModels.Numbers(9, Samples), 1, 1, Samples));
        Assert.NotNull(SnakeActivation.Of(Snake(builder, "channels", x, PerChannel(builder, "a", 1), PerChannel(builder, "b", 2), false)));
        Assert.Null(SnakeActivation.Of(Snake(builder, "samples", x, lengths, PerChannel(builder, "c", 3), false)));
        Assert.Null(SnakeActivation.Of(Snake(builder, "scalars", x, builder.Constant(1.5f), builder.Constant(2f), false)));
        Assert.Null(SnakeActivation.Of(x));
    }

    private static Model Residual(bool hide = false, bool choose = false)
    {
        GraphBuilder builder = new("residual", 17);
        Value x = builder.Input("x", ElementType.Float, Dim.Symbol("B"), 3, Dim.Symbol("N"));
        Value first = Convolution(builder, "first", x, 3);
        Value inner = Snake(builder, "inner", first, PerChannel(builder, "inner.a", 1), PerChannel(builder, "inner.b", 2), hide);
        Value second = Convolution(builder, "second", inner, Channels);
        Value residual = builder.Node("Add", "residual", [first, second]);
        Value outer = Snake(builder, "outer", residual, PerChannel(builder, "outer.a", 3), PerChannel(builder, "outer.b", 4), hide);
        Value y = Convolution(builder, "y", outer, Channels);
        if (choose)
        {
            Value chosen = builder.Node("ArgMax", "chosen", [builder.Node("Tanh", "bent", [y])], [("axis", 1L), ("keepdims", 0L)]);
            builder.Output(chosen, "chosen", ElementType.Int64, Dim.Symbol("B"), Dim.Symbol("N"));
        }
        else
        {
            builder.Output(y, "y", ElementType.Float, Dim.Symbol("B"), Channels, Dim.Symbol("N"));
        }

        return builder.Build();
    }

    private static Value Convolution(GraphBuilder builder, string name, Value x, int channels) =>
        builder.Node(
            "Conv",
            name,
            [x, QuantizableModels.Weight(builder, $"{name}.weight", channels, Channels, channels, 3)],
            [("pads", new long[] { 1, 1 })]
        );

    private static Value PerChannel(GraphBuilder builder, string name, int seed) =>
        builder.Weight(
            name,
            TensorData.FromArray([.. QuantizableModels.Numbers(seed, Channels).Select(value => 0.5f + MathF.Abs(value))], 1, Channels, 1)
        );

    // Identity hides the square from the pattern and changes no number.
    private static Value Snake(GraphBuilder builder, string name, Value x, Value frequency, Value factor, bool hide)
    {
        Value sine = builder.Node("Sin", $"{name}.sine", [builder.Node("Mul", $"{name}.phase", [x, frequency])]);
        Value square = builder.Node("Mul", $"{name}.square", [sine, hide ? builder.Node("Identity", $"{name}.same", [sine]) : sine]);
        return builder.Node("Add", name, [x, builder.Node("Mul", $"{name}.bump", [square, factor])]);
    }

    private static float[] Run(Model model, float[] x)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, Batch, 3, Samples);
        return session.Run(("x", value))["y"];
    }

    private static double SignalToNoise(float[] expected, float[] actual) =>
        10 * Math.Log10(expected.Sum(value => (double)value * value) / expected.Zip(actual, (a, b) => Math.Pow((double)a - b, 2)).Sum());
}
