namespace VampNet.Runtime.Tests;

public sealed class TokenRateTests
{
    private static readonly TokenRate Rate = new(44100, 768);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 575)]
    [InlineData(3, 173)]
    [InlineData(0.02, 2)]
    [InlineData(1e300, int.MaxValue)]
    public void ToFrames_Seconds_RoundUp(double seconds, int frames) => Assert.Equal(frames, Rate.ToFrames(seconds));

    [Fact]
    public void ToSeconds_Frames_AreHopsLong() => Assert.Equal(768 / 44100.0, Rate.ToSeconds(1));
}
