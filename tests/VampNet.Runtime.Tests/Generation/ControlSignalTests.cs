using VampNet.Runtime.Generation;

namespace VampNet.Runtime.Tests.Generation;

public sealed class ControlSignalTests
{
    // Two rows of three frames.
    private static readonly ControlSignal Signal = new([1, 2, 3, 11, 12, 13], [1, 0, 1]);

    [Fact]
    public void Slice_OfAStretchedPiece_RepeatsFramesAndEndsInSilence()
    {
        ControlSignal slice = Signal.Slice(3, 4, 2);

        Assert.Equal([2f, 3, 3, 0, 12, 13, 13, 0], slice.Values);
        Assert.Equal([0f, 1, 1, 0], slice.Mask);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-2)]
    [InlineData(4)]
    public void Roll_MovesEveryFrameLaterAndAround(int offset)
    {
        ControlSignal rolled = Signal.Roll(offset);

        Assert.Equal([3f, 1, 2, 13, 11, 12], rolled.Values);
        Assert.Equal([1f, 1, 0], rolled.Mask);
    }
}
