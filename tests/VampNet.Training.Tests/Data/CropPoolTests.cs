using VampNet.Training.Data;

namespace VampNet.Training.Tests.Data;

public sealed class CropPoolTests
{
    [Fact]
    public void Of_APieceThatBeginsQuietly_StartsWhereItIsLoud()
    {
        Piece even = SyntheticCorpus.Piece("a", 200, 1);
        Piece piece = even with { FramePowers = [.. even.FramePowers.Select((power, frame) => frame < 100 ? 1e-8f : power)] };

        CropPool pool = CropPool.Of(piece, 50, SyntheticCorpus.Rate, cutoff: -30);

        // The gate leaves out quiet blocks, so one loud block makes a crop loud.
        Assert.InRange(pool.Starts[0], 50, 100);
        Assert.Equal(150, pool.Starts[^1]);
        Assert.Equal(-20, pool.Loudest, 0.1);
    }

    [Fact]
    public void Of_APieceShorterThanACrop_IsOneCrop()
    {
        CropPool pool = CropPool.Of(SyntheticCorpus.Piece("a", 30, 1), 575, SyntheticCorpus.Rate, cutoff: -30);

        Assert.Equal(30, pool.Frames);
        Assert.Equal([0], pool.Starts);
    }

    [Fact]
    public void Of_SilentFrames_HasNoCrop()
    {
        CropPool pool = CropPool.Of(SyntheticCorpus.Piece("a", 60, 1, power: 0), 30, SyntheticCorpus.Rate, cutoff: -60);

        Assert.Empty(pool.Starts);
        Assert.Equal(-70, pool.Loudest);
    }
}
