using VampNet.Onnx.Quantization;
using VampNet.Onnx.Quantization.Refinement;

namespace VampNet.Onnx.Tests.Quantization.Refinement;

public class CompensatedRoundingTests
{
    private const int Rows = 24;
    private const int Columns = 70;
    private const int Positions = 400;

    [Theory]
    [InlineData(WeightRange.Full)]
    [InlineData(WeightRange.PairSafe)]
    [InlineData(WeightRange.SevenBit)]
    public void Round_CorrelatedActivations_LosesLessThanTheNearestIntegers(WeightRange range)
    {
        float[] activations = Correlated();
        float[] weights = QuantizableModels.Numbers(2, Rows * Columns);
        float[] scales = SymmetricInt8.Choose("w", TensorData.FromArray(weights, Rows, Columns), 1, range, summedAxis: 0).Scales;
        float[] nearest = [.. weights.Select((weight, i) => MathF.Round(weight / scales[i % Columns]))];
        sbyte[] compensated = CompensatedRounding.Round(weights, scales, range, CompensatedRounding.Feedback(Moments(activations)));

        double before = NoiseOf(activations, weights, [.. nearest], scales);
        double after = NoiseOf(activations, weights, [.. compensated.Select(integer => (float)integer)], scales);
        Assert.True(after < before / 2, $"{after} is not half of {before}");
        int limit = range == WeightRange.SevenBit ? 63 : 127;
        Assert.All(compensated, integer => Assert.InRange(integer, -limit, limit));
        if (range == WeightRange.PairSafe)
        {
            Assert.All(Pairs(compensated), sum => Assert.InRange(sum, 0, 128));
        }
    }

    [Fact]
    public void Round_LargePairsThatAreBentFurther_StayPairSafe()
    {
        // All elements at the limit, and strong feedback: without the limit, pairs would exceed it.
        float[] weights = [.. QuantizableModels.Numbers(4, Rows * Columns).Select(number => number < 0 ? -1f : 1f)];
        float[] scales = [.. Enumerable.Repeat(2f / 126, Columns)];
        sbyte[] integers = CompensatedRounding.Round(
            weights,
            scales,
            WeightRange.PairSafe,
            CompensatedRounding.Feedback(Moments(Correlated()))
        );
        Assert.All(Pairs(integers), sum => Assert.InRange(sum, 0, 128));
    }

    [Fact]
    public void Round_ActivationsWithoutCorrelation_GivesTheNearestIntegers()
    {
        float[] diagonal = new float[Rows * Rows];
        for (int k = 0; k < Rows; k++)
        {
            diagonal[(k * Rows) + k] = 1 + k;
        }

        float[] weights = QuantizableModels.Numbers(3, Rows * Columns);
        sbyte[] integers = CompensatedRounding.Round(
            weights,
            [0.01f],
            WeightRange.Full,
            CompensatedRounding.Feedback(new ChannelMoments(Rows, diagonal))
        );
        Assert.Equal(weights.Select(weight => (sbyte)MathF.Round(weight / 0.01f)), integers);
    }

    [Fact]
    public void Round_ActivationThatIsZero_GivesTheNearestIntegers()
    {
        float[] weights = QuantizableModels.Numbers(5, Rows * Columns);
        sbyte[] integers = CompensatedRounding.Round(
            weights,
            [0.01f],
            WeightRange.Full,
            CompensatedRounding.Feedback(new ChannelMoments(Rows, new float[Rows * Rows]))
        );
        Assert.Equal(weights.Select(weight => (sbyte)MathF.Round(weight / 0.01f)), integers);
    }

    [Fact]
    public void DividedBy_Factors_IsTheMomentsOfTheDividedActivation()
    {
        float[] factors = [.. Enumerable.Range(1, Rows).Select(k => (float)k)];
        float[] activations = Correlated();
        float[] divided = [.. activations.Select((value, i) => value / factors[i % Rows])];
        float[] expected = Moments(divided).Matrix.ToArray();
        Assert.All(
            expected.Zip(Moments(activations).DividedBy(factors).Matrix.ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5f)
        );
    }

    [Fact]
    public void ChannelMoments_MatrixOfAnotherSize_IsAnArgumentError() =>
        Assert.Throws<ArgumentException>(() => new ChannelMoments(3, new float[8]));

    [Fact]
    public void Quantize_MomentsOfOneActivation_CompensatesItsWeightsAlone()
    {
        using Model model = QuantizableModels.ThreeProducts();
        QuantizationReport report = DynamicQuantizer.Quantize(
            model,
            new DynamicQuantizationOptions
            {
                Calibration = new()
                {
                    Moments = new Dictionary<string, ChannelMoments> { ["x"] = Moments(QuantizableModels.Numbers(1, 12 * 12), 12) },
                },
            }
        );
        Assert.Equal(
            ["int8 per channel, GPTQ", "int8 per channel, GPTQ", "int8 per channel"],
            report.Quantized.Select(weight => weight.Format)
        );
        Assert.All(report.Quantized, weight => Assert.InRange(weight.SignalToNoise, 25, 60));
        Assert.Empty(ModelVerifier.Verify(model));
    }

    // A third as many sources as channels, and a little noise.
    private static float[] Correlated()
    {
        float[] sources = QuantizableModels.Numbers(6, Positions * Rows / 3);
        float[] mixture = QuantizableModels.Numbers(7, Rows * Rows / 3);
        float[] noise = QuantizableModels.Numbers(8, Positions * Rows);
        return
        [
            .. Enumerable
                .Range(0, Positions * Rows)
                .Select(i =>
                    (0.05f * noise[i])
                    + Enumerable
                        .Range(0, Rows / 3)
                        .Sum(source => sources[(i / Rows * Rows / 3) + source] * mixture[(i % Rows * Rows / 3) + source])
                ),
        ];
    }

    private static ChannelMoments Moments(float[] activations, int channels = Rows)
    {
        int positions = activations.Length / channels;
        return new ChannelMoments(
            channels,
            [
                .. Enumerable
                    .Range(0, channels * channels)
                    .Select(i =>
                        Enumerable
                            .Range(0, positions)
                            .Sum(t => activations[(t * channels) + (i / channels)] * activations[(t * channels) + (i % channels)])
                        / positions
                    ),
            ]
        );
    }

    private static double NoiseOf(float[] activations, float[] weights, float[] integers, float[] scales)
    {
        double noise = 0;
        for (int t = 0; t < Positions; t++)
        {
            for (int n = 0; n < Columns; n++)
            {
                double error = Enumerable
                    .Range(0, Rows)
                    .Sum(k =>
                        (double)activations[(t * Rows) + k] * (weights[(k * Columns) + n] - (integers[(k * Columns) + n] * scales[n]))
                    );
                noise += error * error;
            }
        }

        return noise;
    }

    private static IEnumerable<int> Pairs(sbyte[] integers) =>
        Enumerable
            .Range(0, Rows / 2 * Columns)
            .Select(i =>
                Math.Abs((int)integers[(i / Columns * 2 * Columns) + (i % Columns)])
                + Math.Abs((int)integers[(((i / Columns * 2) + 1) * Columns) + (i % Columns)])
            );
}
