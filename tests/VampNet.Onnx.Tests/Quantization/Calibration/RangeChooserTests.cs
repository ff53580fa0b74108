using VampNet.Onnx.Quantization.Calibration;

namespace VampNet.Onnx.Tests.Quantization.Calibration;

public class RangeChooserTests
{
    [Fact]
    public void Choose_MinMax_IsTheWholeRange()
    {
        Assert.Equal(new ActivationRange(-0.5f, 3), RangeChooser.Choose(Histogram([-0.5f, 3, 1]), CalibrationMethod.MinMax));
    }

    [Theory]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    public void Choose_OneOutlier_IsLeftToSaturate(CalibrationMethod method)
    {
        // A million values in -1..1 and one far out: its saturation costs less than coarser steps for all others.
        float[] values = [.. QuantizableModels.Numbers(51, 1_000_000), 8];
        ActivationRange range = RangeChooser.Choose(Histogram(values), method);
        Assert.InRange(range.Maximum, 0.99f, 4f);
        Assert.InRange(range.Minimum, -1.01f, -0.12f);
    }

    [Theory]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    public void Choose_EvenSpread_KeepsNearlyAll(CalibrationMethod method)
    {
        ActivationRange range = RangeChooser.Choose(Histogram(QuantizableModels.Numbers(52, 100_000)), method);
        Assert.InRange(range.Maximum, 0.95f, 1f);
    }

    [Theory]
    [InlineData(CalibrationMethod.MinMax)]
    [InlineData(CalibrationMethod.Percentile)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    public void Choose_ZerosAlone_IsZero(CalibrationMethod method)
    {
        ActivationRange range = RangeChooser.Choose(Histogram(new float[9]), method);
        Assert.Equal(new ActivationRange(0, 0), range);
        Assert.Equal((1f, 128), range.ToScale(signed: false));
    }

    [Fact]
    public void Choose_Empty_IsAMistake() =>
        Assert.Throws<ArgumentException>(() => RangeChooser.Choose(new ActivationHistogram(), CalibrationMethod.MinMax));

    [Theory]
    [InlineData(-1f, 1.55f, false, 0.01f, 100)]
    [InlineData(-1f, 1.55f, true, 0.01f, -28)]
    [InlineData(0.5f, 2.55f, false, 0.01f, 0)]
    [InlineData(-2.55f, -1f, false, 0.01f, 255)]
    public void ToScale_Range_HoldsZeroExactly(float minimum, float maximum, bool signed, float scale, int zeroPoint)
    {
        (float actualScale, int actualZeroPoint) = new ActivationRange(minimum, maximum).ToScale(signed);
        Assert.Equal(scale, actualScale, 1e-6f);
        Assert.Equal(zeroPoint, actualZeroPoint);
    }

    private static ActivationHistogram Histogram(float[] values)
    {
        ActivationHistogram histogram = new();
        histogram.Add("x", values);
        return histogram;
    }
}
