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
    public void Add_Signals_HaveNoCodebooks()
    {
        LossMeter meter = new(OutputKind.Signal);
        meter.Add((float[])[1, 2], [1, 3], [2]);

        Assert.Empty(meter.Conclude().Codebooks);
    }
}
