using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests.Generation;

public sealed class MaskScheduleTests
{
    /// <summary>The golden table's abscissae come of torch.linspace, which is off by an ulp of 1 here and there; the slope is at most
    /// pi/2.</summary>
    private const float GammaTolerance = 1.2e-7f * 2;

    [Fact]
    public void Gamma_GoldenTable_EqualsUpstream()
    {
        using GoldenTensors golden = new("tiny/masks.safetensors");
        float[] expected = golden.Singles("gamma");

        for (int index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index], MaskSchedule.Gamma(index / (expected.Length - 1f)), GammaTolerance);
        }
    }

    [Theory]
    [InlineData(0, 12, 96, 96, 95)]
    [InlineData(5, 12, 96, 80, 67)]
    [InlineData(7, 12, 96, 60, 47)] // cos(pi/3) is just under a half in single precision
    [InlineData(7, 12, 96, 40, 39)]
    [InlineData(7, 12, 96, 0, 1)]
    [InlineData(10, 12, 4, 3, 1)]
    [InlineData(11, 12, 96, 12, 0)]
    [InlineData(0, 1, 96, 96, 0)]
    public void CountToMask_AnyStep_FollowsTheCosineWithinItsLimits(int step, int steps, int initially, int still, int expected) =>
        Assert.Equal(expected, MaskSchedule.CountToMask(step, steps, initially, still));
}
