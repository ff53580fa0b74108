using VampNet.Inference.Inputs;
using VampNet.Quantization.Judging;

namespace VampNet.Quantization.Tests.Judging;

public sealed class LikelihoodMeterTests
{
    private static readonly float Log3 = MathF.Log(3);

    [Fact]
    public void Add_KnownLogits_GivesNatsOfTheTrueTokens()
    {
        LikelihoodMeter meter = new();
        // [B 1, T 2, P 2, V 2]; token (0, 1) is given. Softmax of (log 3, 0) is 3/4 and 1/4.
        float[] expected = [Log3, 0, 9, 0, 0, 0, 0, Log3];
        float[] actual = [0, 0, 0, 9, 0, 0, 0, Log3];
        meter.Add(expected, actual, 2, 2, new TokenTargets([0, TokenTargets.NotScored, 1, 0], 0.5, 4, "a"));

        CodeLikelihood likelihood = meter.Conclude()!;

        Assert.Equal(3, likelihood.All.Tokens);
        double reference = (-Math.Log(0.75) - Math.Log(0.5) - Math.Log(0.25)) / 3,
            candidate = (-Math.Log(0.5) - Math.Log(0.5) - Math.Log(0.25)) / 3;
        Assert.Equal(reference, likelihood.All.Reference, 1e-6);
        Assert.Equal(candidate, likelihood.All.Candidate, 1e-6);
        Assert.Equal(candidate - reference, likelihood.All.Difference, 1e-6);
        Assert.Equal(((0.75 * Math.Log(0.75 / 0.5)) + (0.25 * Math.Log(0.25 / 0.5))) / 3, likelihood.All.Divergence, 1e-6);
        // Equal logits: the first is the likeliest for both.
        Assert.Equal(1, likelihood.All.SameToken, 1e-12);
        Assert.Null(likelihood.All.StandardError);
        Assert.Equal([(4, 2L), (5, 1L)], likelihood.Codebooks.Select(each => (each.Codebook, each.Likelihood.Tokens)));
        Assert.Equal([(0.5, 3L)], likelihood.Masks.Select(each => (each.MaskShare, each.Likelihood.Tokens)));
    }

    [Fact]
    public void Conclude_TwoPassages_HasTheErrorOfTheirMean()
    {
        LikelihoodMeter meter = new();
        // Differences of log 2 and 0: the mean is log 2 / 2, and so is the standard error of two equal stretches.
        meter.Add([Log3, 0], [0, 0], 1, 2, new TokenTargets([1], 0.2, 0, "a"));
        meter.Add([Log3, 0], [Log3, 0], 1, 2, new TokenTargets([1], 0.8, 0, "b"));

        CodeLikelihood likelihood = meter.Conclude()!;

        Assert.Equal(2, likelihood.Passages);
        Assert.Equal(-Math.Log(2) / 2, likelihood.All.Difference, 1e-6);
        Assert.Equal(Math.Log(2) / 2, likelihood.All.StandardError!.Value, 1e-6);
        Assert.Equal([0.2, 0.8], likelihood.Masks.Select(each => each.MaskShare));
    }

    [Fact]
    public void Add_HugeLogits_DoNotOverflow()
    {
        LikelihoodMeter meter = new();
        meter.Add([1000, 0], [900, 0], 1, 2, new TokenTargets([0], 0.2, 0, "a"));
        Assert.Equal(0, meter.Conclude()!.All.Candidate, 1e-12);
    }

    [Fact]
    public void Conclude_NoTargets_IsNull() => Assert.Null(new LikelihoodMeter().Conclude());

    [Fact]
    public void LossMeter_WithTargets_CountsMaskedTokensAlone()
    {
        LossMeter meter = new(OutputKind.Logits);
        // [B 1, T 2, P 1, V 2]: the first token flips, and is given.
        meter.Add([1, 0, 1, 0], [0, 1, 1, 0], [1, 2, 1, 2], new TokenTargets([TokenTargets.NotScored, 0], 0.5, 0, "a"));

        QuantizationLoss loss = meter.Conclude();

        Assert.Equal((1L, 0L), (loss.Tokens!.Positions, loss.Tokens.Disagreements));
        Assert.Equal([new CodebookFlips(1, 0)], loss.Codebooks);
        Assert.Equal(1, loss.Likelihood!.All.Tokens);
        Assert.Equal(0, loss.Divergence!.Value, 1e-12);
    }

    [Fact]
    public void Sentence_Difference_HasItsSignAndError()
    {
        Assert.StartsWith(
            "+0.0013 nats for each of 1,000 true tokens, standard error 0.0002: 4.0000 in float32, 4.0013 quantized",
            LikelihoodTable.Sentence(new TokenLikelihood(1000, 4, 4.0013, 0.0002, 0.94, 0.001)),
            StringComparison.Ordinal
        );
        Assert.Equal("-0.0100", LikelihoodTable.Signed(-0.01));
    }

    [Theory]
    [InlineData(10, 0.75, 8)]
    [InlineData(1, 0.75, 1)]
    [InlineData(4, 1, 4)]
    [InlineData(4, 0, 0)]
    public void LeadingCount_Share_LeavesWholePassages(int passages, double share, int count) =>
        Assert.Equal(count, PassageList.LeadingCount(passages, share));
}
