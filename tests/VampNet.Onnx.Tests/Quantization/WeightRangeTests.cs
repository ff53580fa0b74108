using Microsoft.ML.OnnxRuntime;
using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization;

/// <summary>Weights that no processor's integer products saturate with. Where there is VNNI nothing saturates anyway; the pairs themselves
/// are checked on every machine.</summary>
public class WeightRangeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void Choose_PairSafeMatrix_NeighboursOfAColumnAreAtMost128Together(int? channelAxis)
    {
        const int K = 31,
            N = 7;
        sbyte[] integers = Integers(QuantizableModels.Numbers(50, K * N), channelAxis, WeightRange.PairSafe, 0, K, N);

        int[] sums =
        [
            .. from k in Enumerable.Range(0, K / 2)
            from n in Enumerable.Range(0, N)
            select Math.Abs(integers[(2 * k * N) + n]) + Math.Abs(integers[(((2 * k) + 1) * N) + n]),
        ];
        Assert.InRange(sums.Max(), 125, 128);
    }

    [Fact]
    public void Choose_PairSafeConvolution_NeighbouringChannelsAreAtMost128Together()
    {
        const int M = 5,
            C = 6,
            K = 3;
        sbyte[] integers = Integers(QuantizableModels.Numbers(51, M * C * K), 0, WeightRange.PairSafe, 1, M, C, K);

        int[] sums =
        [
            .. from m in Enumerable.Range(0, M)
            from c in Enumerable.Range(0, C / 2)
            from k in Enumerable.Range(0, K)
            select Math.Abs(integers[(((m * C) + (2 * c)) * K) + k]) + Math.Abs(integers[(((m * C) + (2 * c) + 1) * K) + k]),
        ];
        Assert.InRange(sums.Max(), 125, 128);
    }

    [Theory]
    [InlineData(WeightRange.PairSafe, null, 63)]
    [InlineData(WeightRange.SevenBit, 0, 63)]
    [InlineData(WeightRange.Full, 0, 127)]
    public void Choose_OtherRanges_BoundEachElement(WeightRange range, int? summedAxis, int largest)
    {
        sbyte[] integers = Integers(QuantizableModels.Numbers(52, 40 * 3), 1, range, summedAxis, 40, 3);
        Assert.Equal(largest, integers.Max(integer => Math.Abs((int)integer)));
    }

    [Fact]
    public void Choose_LargeElementsApart_PairSafeUsesNearlyAll()
    {
        float[] values = QuantizableModels.Numbers(53, 64);
        for (int i = 1; i < values.Length; i += 2)
        {
            values[i] = 0;
        }

        Assert.Equal(126, Integers(values, null, WeightRange.PairSafe, 0, 64, 1).Max(integer => Math.Abs((int)integer)));
    }

    [Theory]
    [InlineData(WeightRange.PairSafe)]
    [InlineData(WeightRange.SevenBit)]
    public void Quantize_ProductOfLargestOperands_DoesNotSaturate(WeightRange range)
    {
        const int K = 64;
        foreach (float[] weights in Patterns(K))
        {
            GraphBuilder builder = new("product", 20);
            Value x = builder.Input("x", ElementType.Float, 1, K);
            Value y = builder.Node("MatMul", "product", [x, builder.Weight("w", TensorData.FromArray(weights, K, 1))]);
            builder.Output(y, "y", ElementType.Float, 1, 1);
            using Model model = builder.Build();
            DynamicQuantizer.Quantize(model, new() { WeightRange = range });

            Assert.Equal(weights.Sum(), Run(model, [.. Enumerable.Repeat(1f, K)], 1, K)[0], K * 0.5f / 63);
        }
    }

    [Theory]
    [InlineData(8, WeightRange.PairSafe)]
    [InlineData(3, WeightRange.PairSafe)]
    [InlineData(1, WeightRange.PairSafe)]
    [InlineData(8, WeightRange.SevenBit)]
    public void Quantize_ConvolutionOfLargestOperands_DoesNotSaturate(int channels, WeightRange range)
    {
        const int Kernel = 7,
            Length = 40;
        foreach (float[] weights in Patterns(channels * Kernel))
        {
            GraphBuilder builder = new("convolution", 20);
            Value x = builder.Input("x", ElementType.Float, 1, channels, Length);
            Value y = builder.Node("Conv", "convolution", [x, builder.Weight("w", TensorData.FromArray(weights, 1, channels, Kernel))]);
            builder.Output(y, "y", ElementType.Float, 1, 1, Length - Kernel + 1);
            using Model model = builder.Build();
            float expected = weights.Sum();
            Dictionary<string, ActivationRange> ranges = new() { ["x"] = new(0, 1), ["y"] = new(0, expected) };
            StaticQuantizer.Quantize(
                model,
                new()
                {
                    WeightRange = range,
                    Calibration = new() { Ranges = ranges },
                }
            );

            Assert.Contains("QLinearConv", OrtModel.OptimizedOperators(model));
            Assert.All(
                Run(model, [.. Enumerable.Repeat(1f, channels * Length)], 1, channels, Length),
                value => Assert.Equal(expected, value, (weights.Length * 0.5f / 63) + (expected / 255))
            );
        }
    }

    /// <summary>Weights that saturate unless neighbours are bounded: all large, every other one large, and pairs of large ones.</summary>
    private static float[][] Patterns(int count) =>
        [
            [.. Enumerable.Repeat(0.7f, count)],
            [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? 0.7f : 0)],
            [.. Enumerable.Range(0, count).Select(i => i % 4 < 2 ? 0.7f : 0)],
            [.. Enumerable.Range(0, count).Select(i => i / 7 % 2 == 0 ? 0.7f : 0)],
        ];

    private static sbyte[] Integers(float[] values, int? channelAxis, WeightRange range, int? summedAxis, params long[] shape) =>
        SymmetricInt8.Choose("w", TensorData.FromArray(values, shape), channelAxis, range, summedAxis).ToTensor().ToArray<sbyte>();

    private static float[] Run(Model model, float[] x, params long[] shape)
    {
        using OrtModel session = new(model);
        using OrtValue value = OrtModel.Tensor(x, shape);
        return session.Run(("x", value))["y"];
    }
}
