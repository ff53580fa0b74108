using VampNet.Inference.Budgets;
using VampNet.Inference.Comparison;

namespace VampNet.Inference.Tests.Budgets;

public sealed class BudgetTests
{
    private static readonly Budget Logits = new("logits", 0.25, 0.5, "test");

    [Fact]
    public void Allows_ErrorAtTheLimit_IsInclusive()
    {
        Assert.True(Logits.Allows(Off(0.25f), null));
        Assert.False(Logits.Allows(Off(0.2500001f), null));
    }

    [Fact]
    public void Allows_NonFinite_Fails() => Assert.False(Logits.Allows(Off(float.NaN), null));

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.51, false)]
    [InlineData(double.NaN, false)]
    public void Allows_TokenDisagreement_IsExcusedUpToTheTieMargin(double margin, bool allowed)
    {
        TokenAgreement tokens = TokenComparer.Summarize(10, [new([0], 1, 2, margin)]);

        Assert.Equal(allowed, Logits.Allows(Off(0), tokens));
    }

    [Fact]
    public void Allows_DifferenceWithoutALimitOrLimitWithoutADifference_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Logits.Allows(null, null));
        Assert.Throws<ArgumentException>(() => new Budget("codes", null, 0, "test").Allows(Off(0), null));
    }

    private static TensorDifference Off(float error) => TensorComparer.Compare([0], [error], [1]);
}
