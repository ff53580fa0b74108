using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization.Calibration;

public class ActivationHistogramTests
{
    [Fact]
    public void Add_Values_AreCountedInTheirBins()
    {
        ActivationHistogram histogram = new();
        histogram.Add("x", [0.25f, -0.5f, 1f]);
        Assert.Equal(3, histogram.Count);
        Assert.Equal((-0.5f, 1f), (histogram.Minimum, histogram.Maximum));
        foreach (
            int bin in Enumerable
                .Range(0, ActivationHistogram.BinCount)
                .Where(bin => new ActivationHistogramView(histogram).Counts[bin] > 0)
        )
        {
            double low = histogram.LowerEdge(bin);
            Assert.Contains(new[] { 0.25, -0.5, 1 - histogram.BinWidth }, value => value >= low && value < low + histogram.BinWidth);
        }
    }

    [Fact]
    public void Add_LargerValuesLater_MergesBinsWithoutLosingAny()
    {
        ActivationHistogram histogram = new();
        histogram.Add("x", QuantizableModels.Numbers(41, 1000));
        histogram.Add("x", [1000f]);
        histogram.Add("x", [0f, -3f]);
        long total = 0;
        foreach (long count in histogram.Counts)
        {
            total += count;
        }

        Assert.Equal(1003, total);
        Assert.True(histogram.BinWidth * (ActivationHistogram.BinCount / 2) >= 1000);
    }

    [Fact]
    public void Add_OtherOrder_GivesTheSameBinWidth()
    {
        ActivationHistogram rising = new();
        rising.Add("x", [0.3f]);
        rising.Add("x", [77f]);
        ActivationHistogram falling = new();
        falling.Add("x", [77f]);
        falling.Add("x", [0.3f]);
        Assert.Equal(rising.BinWidth, falling.BinWidth);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_NotFinite_IsRefusedByName(float poison)
    {
        OnnxException exception = Assert.Throws<OnnxException>(() => new ActivationHistogram().Add("layer.3", [1, poison]));
        Assert.Equal(DiagnosticIds.ActivationNotFinite, exception.Id);
        Assert.Contains("'layer.3'", exception.Message, StringComparison.Ordinal);
    }

    private readonly record struct ActivationHistogramView(ActivationHistogram Histogram)
    {
        public long[] Counts => Histogram.Counts.ToArray();
    }
}
