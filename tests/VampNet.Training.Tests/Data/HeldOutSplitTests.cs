using VampNet.Training.Data;

namespace VampNet.Training.Tests.Data;

public sealed class HeldOutSplitTests
{
    [Theory]
    [InlineData(20, 0.1, 2)]
    [InlineData(2, 0.1, 1)]
    [InlineData(1, 0.1, 0)]
    [InlineData(20, 0, 0)]
    [InlineData(3, 0.5, 2)]
    public void Split_ByShare_HoldsOutWholePiecesAndLeavesSomeToTrain(int pieces, double share, int expected)
    {
        CropPool[] pools = Pools(pieces);

        (IReadOnlyList<CropPool> trained, IReadOnlyList<CropPool> heldOut) = HeldOutSplit.Split(pools, share, seed: 1);

        Assert.Equal(expected, heldOut.Count);
        Assert.Equal(pieces - expected, trained.Count);
        Assert.Empty(trained.Intersect(heldOut));
    }

    [Fact]
    public void Split_OfTheSamePiecesInAnotherOrder_IsTheSame()
    {
        CropPool[] pools = Pools(30);

        string[] one = Names(HeldOutSplit.Split(pools, 0.2, seed: 1).HeldOut),
            other = Names(HeldOutSplit.Split([.. pools.Reverse()], 0.2, seed: 1).HeldOut),
            seeded = Names(HeldOutSplit.Split(pools, 0.2, seed: 2).HeldOut);

        Assert.Equal(one, other);
        Assert.NotEqual(one, seeded);
    }

    private static string[] Names(IEnumerable<CropPool> pools) => [.. pools.Select(pool => pool.Piece.Name).Order()];

    private static CropPool[] Pools(int count) =>
        [.. SyntheticCorpus.OfPieces(count, 30).Pieces.Select(piece => CropPool.Of(piece, 20, SyntheticCorpus.Rate, cutoff: -30))];
}
