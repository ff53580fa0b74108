using VampNet.Runtime.Generation;
using VampNet.Runtime.Randomness;

namespace VampNet.Runtime.Tests.Generation;

public sealed class TokenSamplerTests
{
    [Fact]
    public void Choose_ManyDraws_FollowTheTemperedProbabilities()
    {
        const int Draws = 40_000;
        float[] logits = [0, 1, 2, -1, 0.5f];
        TokenSampler sampler = new(5, new SamplingOptions { Temperature = 2 });
        SeededDraws draws = new(1);
        int[] counts = new int[5];
        draws.NextTokenDraw(Draws, 5);
        for (int row = 0; row < Draws; row++)
        {
            draws.FillExponentials(row, sampler.Noise);
            counts[sampler.Choose([.. logits], draw: true).Token]++;
        }

        double sum = logits.Sum(logit => Math.Exp(logit / 2));
        Assert.All(Enumerable.Range(0, 5), token => Assert.Equal(Math.Exp(logits[token] / 2) / sum, (double)counts[token] / Draws, 0.01));
    }

    [Fact]
    public void Choose_NotDrawing_TakesTheFirstOfTheLikeliest()
    {
        (int token, float probability) = new TokenSampler(4, new SamplingOptions()).Choose([1, 3, 3, 1], draw: false);

        Assert.Equal(1, token);
        Assert.Equal(1 / (2 + 2 * Math.Exp(-2)), probability, 1e-6);
    }

    [Fact]
    public void Choose_TemperatureZero_LeavesTheLogitsAsTheyAre() =>
        Assert.Equal(
            new TokenSampler(3, new SamplingOptions()).Choose([1, 2, 3], false),
            new TokenSampler(3, new SamplingOptions { Temperature = 0 }).Choose([1, 2, 3], false)
        );

    [Fact]
    public void Choose_HugeLogits_DoNotOverflow() =>
        Assert.Equal((0, 1f), new TokenSampler(2, new SamplingOptions()).Choose([3e38f, -3e38f], false));

    public static TheoryData<SamplingOptions> OutOfRange
    {
        get
        {
            SamplingOptions options = new();
            return
            [
                options with
                {
                    Temperature = -1,
                },
                options with
                {
                    Temperature = float.NaN,
                },
                options with
                {
                    TopP = 1.1f,
                },
                options with
                {
                    TopP = -0.1f,
                },
                options with
                {
                    TopK = 0,
                },
                options with
                {
                    TypicalMass = 0,
                },
                options with
                {
                    TypicalMass = 1,
                },
                options with
                {
                    TypicalMinimumTokens = 0,
                },
            ];
        }
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Validate_OutOfRange_IsRefused(SamplingOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(new GenerateOptions { Sampling = options }.Validate);

    [Fact]
    public void Validate_GenerateOptionsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(new GenerateOptions { Steps = 0 }.Validate);
        Assert.Throws<ArgumentOutOfRangeException>(new GenerateOptions { MaskTemperature = -1 }.Validate);
        Assert.Throws<ArgumentOutOfRangeException>(new GenerateOptions { SampleCutoff = 1.01 }.Validate);
    }
}
