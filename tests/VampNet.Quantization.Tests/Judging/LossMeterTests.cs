using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests.Judging;

public sealed class LossMeterTests
{
    [Fact]
    public void Add_LogitsOfTwoCodebooks_CountsFlipsByCodebook()
    {
        LossMeter meter = new(OutputKind.Logits);
        // [B 1, T 3, P 2, V 2]: codebook 1 flips at the first and the last frame.
        meter.Add((float[])[1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1], [1, 3, 2, 2]);

        QuantizationLoss loss = meter.Conclude();

        Assert.Equal([new CodebookFlips(3, 0), new CodebookFlips(3, 2)], loss.Codebooks);
        Assert.Equal(2, loss.Tokens!.Disagreements);
        Assert.Equal(2.0 / 3, loss.Codebooks[1].Share, 1e-12);
    }

    [Fact]
    public void Add_CodesTwice_AddsUpFlipsByCodebook()
    {
        LossMeter meter = new(OutputKind.Codes);
        // [B 1, C 2, T 3]
        meter.Add([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 0, 6], [1, 2, 3]);
        meter.Add([1, 2, 3, 4, 5, 6], [0, 2, 3, 0, 5, 6], [1, 2, 3]);

        Assert.Equal([new CodebookFlips(6, 1), new CodebookFlips(6, 2)], meter.Conclude().Codebooks);
    }

    [Fact]
    public void Add_LogitsOfMinusInfinityInBoth_AreNoNoise()
    {
        LossMeter meter = new(OutputKind.Logits);
        meter.Add((float[])[1, 2, float.NegativeInfinity], [1, 2.1f, float.NegativeInfinity], [1, 3]);

        QuantizationLoss loss = meter.Conclude();
        Assert.Equal(10 * Math.Log10(5 / Math.Pow(2.1f - 2.0, 2)), loss.SignalToNoise!.Value, 1e-6);
        Assert.True(double.IsFinite(loss.Divergence!.Value));

        meter.Add((float[])[1, 2, 3], [1, 2, float.NegativeInfinity], [1, 3]);
        Assert.Equal(double.NegativeInfinity, meter.Conclude().SignalToNoise);
    }

    [Fact]
    public void Add_Signals_HaveNoCodebooks()
    {
        LossMeter meter = new(OutputKind.Signal);
        meter.Add((float[])[1, 2], [1, 3], [2]);

        Assert.Empty(meter.Conclude().Codebooks);
    }

    [Fact]
    public void Add_Probabilities_AreComparedAsTheLogitsTheyCameFrom()
    {
        LossMeter meter = new(OutputKind.Logits),
            same = new(OutputKind.Logits);
        meter.Add((float[])[0.25f, 0.75f], [0.5f, 0.5f], [1, 2]);
        same.Add((float[])[MathF.Log(0.25f), MathF.Log(0.75f)], [MathF.Log(0.5f), MathF.Log(0.5f)], [1, 2]);

        Assert.Equal(same.Conclude().Divergence!.Value, meter.Conclude().Divergence!.Value, 1e-6);
        Assert.Equal((0.25 * Math.Log(0.5)) + (0.75 * Math.Log(1.5)), meter.Conclude().Divergence!.Value, 1e-6);
    }

    [Fact]
    public void Add_Embeddings_AreComparedByDirection()
    {
        LossMeter meter = new(OutputKind.Embedding);
        meter.Add((float[])[1, 0, 3, 4], [2, 0, 4, -3], [2, 2]);

        Assert.Equal(0.5, meter.Conclude().Similarity!.Cosine!.Value, 1e-9);
    }

    [Fact]
    public void Add_Images_AreComparedByTheirRange()
    {
        LossMeter meter = new(OutputKind.Image);
        meter.Add((float[])[0, 255], [0.5f, 254.5f], [1, 1, 1, 2]);

        Assert.Equal(20 * Math.Log10(255 / 0.5), meter.Conclude().Similarity!.PeakSignalToNoise!.Value, 1e-6);
    }

    [Fact]
    public void Add_Audio_IsComparedWhateverItsLoudness()
    {
        LossMeter meter = new(OutputKind.Audio);
        // Twice as loud, and something at right angles of a tenth of that.
        meter.Add((float[])[1, 0, 0, 0], [2, 0.2f, 0, 0], [1, 4]);

        Assert.Equal(20, meter.Conclude().Similarity!.ScaleInvariantDistortion!.Value, 1e-4);
    }

    [Fact]
    public void Add_Regression_IsComparedByTheMeanError()
    {
        LossMeter meter = new(OutputKind.Regression);
        meter.Add((float[])[0, 10], [1, 10], [2]);

        Assert.Equal(0.05, meter.Conclude().Similarity!.MeanError!.Value, 1e-9);
    }
}
