using VampNet.Inference.Inputs;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests.Judging;

/// <summary>Outputs whose length follows from computed numbers, as durations and detections.</summary>
public sealed class OtherLengthTests
{
    private static readonly ModelSample Sample = new("seed 1", []);

    [Fact]
    public void Compare_LengthOfAnOpenAxis_IsComparedAsFarAsBothReach()
    {
        // [2,3] against [2,2] of the same first columns but for one element.
        QuantizationLoss loss = Compare([1, 2, 9, 3, 4, 9], [2, 3], [1, 2, 3, 5], [2, 2], [2, -1]);

        Assert.Equal((1, 1), (loss.Samples, loss.OtherLengths));
        Assert.Equal(10 * Math.Log10(30), loss.SignalToNoise!.Value, 1e-9);
    }

    [Fact]
    public void Compare_RowsOfAnOpenFirstAxis_AreComparedFromTheFirst()
    {
        QuantizationLoss loss = Compare([1, 2, 3, 4], [1, 2, 2], [1, 2, 3, 4, 5, 6], [1, 3, 2], [1, -1, 2]);

        Assert.Equal((double.PositiveInfinity, 1), (loss.SignalToNoise, loss.OtherLengths));
    }

    [Fact]
    public void Compare_NothingInCommon_IsAllLost()
    {
        QuantizationLoss loss = Compare([1, 2], [1, 2], [], [0, 2], [-1, 2]);

        Assert.Equal((1, 1, double.NegativeInfinity), (loss.Samples, loss.OtherLengths, loss.SignalToNoise));
    }

    [Fact]
    public void Compare_EqualLengths_AreNotCounted() => Assert.Equal(0, Compare([1, 2], [1, 2], [1, 2], [1, 2], [-1, 2]).OtherLengths);

    [Theory]
    [InlineData(new[] { 2, 3 })]
    [InlineData(null)]
    public void Compare_LengthOfADeclaredAxis_IsRefused(int[]? lengths) =>
        Assert.Equal(
            QuantizationErrorIds.OutputsIncomparable,
            Assert.Throws<QuantizationException>(() => Compare([1, 2, 9, 3, 4, 9], [2, 3], [1, 2, 3, 4], [2, 2], lengths)).Id
        );

    private static QuantizationLoss Compare(float[] wanted, long[] wantedShape, float[] found, long[] foundShape, int[]? lengths)
    {
        LossMeter meter = new(OutputKind.Signal);
        ReferenceOutputs.Compare((wanted, wantedShape), (found, foundShape), Sample, meter, lengths);
        return meter.Conclude();
    }
}
