using VampNet.Training.Optimization;

namespace VampNet.Training.Tests.Optimization;

public sealed class NoamScheduleTests
{
    [Fact]
    public void Rate_ByStep_RisesToTheWarmupAndFallsAfterwards()
    {
        var schedule = new NoamSchedule(1280, 500, 2);

        double peak = schedule.Rate(500);

        Assert.Equal(2 / Math.Sqrt(1280) / Math.Sqrt(500), peak, 1e-15);
        Assert.Equal(peak / 500, schedule.Rate(1), 1e-15);
        Assert.Equal(peak / 2, schedule.Rate(2000), 1e-15);
    }

    [Fact]
    public void Rate_OfStep0_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NoamSchedule(32, 500, 2).Rate(0));
}
