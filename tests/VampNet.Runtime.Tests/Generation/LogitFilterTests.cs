using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests.Generation;

public sealed class LogitFilterTests
{
    // Probabilities 0.5, 0.05, 0.25, 0.15, 0.05; the entropy is 1.28 nats, nearest to the information of entry 2 (1.39), then 0 (0.69) and
    // 3 (1.90).
    private static readonly float[] Probabilities = [0.5f, 0.05f, 0.25f, 0.15f, 0.05f];

    [Theory]
    [InlineData(1, "0")]
    [InlineData(2, "02")]
    [InlineData(4, "01234")]
    [InlineData(9, "01234")]
    public void Apply_TopK_KeepsTheLikeliestAndTheirEquals(int count, string kept) => Assert.Equal(kept, Kept(new() { TopK = count }));

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(0.4f, "0")]
    [InlineData(0.6f, "02")]
    [InlineData(0.85f, "023")]
    [InlineData(1f, "01234")]
    public void Apply_TopP_KeepsUpToTheOneThatCrosses(float mass, string kept) => Assert.Equal(kept, Kept(new() { TopP = mass }));

    [Theory]
    [InlineData(0.1f, 1, "2")]
    [InlineData(0.3f, 1, "02")]
    [InlineData(0.8f, 1, "023")]
    [InlineData(0.1f, 3, "023")]
    [InlineData(0.1f, 9, "01234")]
    public void Apply_Typical_KeepsThoseNearTheEntropy(float mass, int minimum, string kept) =>
        Assert.Equal(
            kept,
            Kept(
                new()
                {
                    FilterTypical = true,
                    TypicalMass = mass,
                    TypicalMinimumTokens = minimum,
                }
            )
        );

    [Fact]
    public void Apply_AllThree_TypicalThenTopKThenTopP() =>
        Assert.Equal(
            "0",
            Kept(
                new()
                {
                    FilterTypical = true,
                    TypicalMass = 0.8f,
                    TypicalMinimumTokens = 1,
                    TopK = 2,
                    TopP = 0.6f,
                }
            )
        );

    private static string Kept(SamplingOptions options)
    {
        float[] logits = [.. Probabilities.Select(probability => MathF.Log(probability))];
        new LogitFilter(logits.Length, options).Apply(logits);
        Assert.All(
            Enumerable.Range(0, logits.Length),
            entry => Assert.True(float.IsNegativeInfinity(logits[entry]) || logits[entry] == MathF.Log(Probabilities[entry]))
        );
        return string.Concat(Enumerable.Range(0, logits.Length).Where(entry => float.IsFinite(logits[entry])));
    }
}
