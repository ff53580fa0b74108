using VampNet.Architecture;
using VampNet.Training.Data;
using VampNet.Training.Sampling;

namespace VampNet.Training.Tests.Sampling;

public sealed class BatchSourceTests
{
    private static readonly TransformerConfiguration C2f = new()
    {
        Layers = 1,
        Heads = 1,
        EmbeddingDim = 8,
        Codebooks = 14,
        ConditioningCodebooks = 4,
        LatentDim = 8,
        VocabularySize = SyntheticCorpus.Vocabulary,
    };

    [Fact]
    public void Draw_SameNumber_IsTheSameBatchWhateverCameBefore()
    {
        BatchSource one = Source(3, 17),
            other = Source(3, 17);
        one.Draw(0);

        TrainingBatch expected = one.Draw(5),
            actual = other.Draw(5);

        Assert.Equal(expected.Codes, actual.Codes);
        Assert.Equal(expected.Mask, actual.Mask);
        Assert.NotEqual(expected.Codes, other.Draw(6).Codes);
    }

    [Fact]
    public void Draw_Masks_LeaveConditioningAloneAndFollowTheSchedule()
    {
        BatchSource source = Source(rows: 4, frames: 25);
        double masked = 0,
            tokens = 0;

        for (int number = 0; number < 256; number++)
        {
            TrainingBatch batch = source.Draw(number);
            Assert.Equal([4, 14, 25], batch.Shape);
            for (int i = 0; i < batch.Mask.Length; i++)
            {
                bool isGiven = i / 25 % 14 < 4;
                Assert.False(isGiven && batch.Mask[i]);
                masked += batch.Mask[i] ? 1 : 0;
                tokens += isGiven ? 0 : 1;
            }
        }

        // The mean of cos(r pi / 2) over r is 2 / pi.
        Assert.Equal(2 / Math.PI, masked / tokens, 0.01);
    }

    [Fact]
    public void Draw_OfOneRowAndOneFrame_NeverMasksNothing()
    {
        BatchSource source = Source(rows: 1, frames: 1);

        Assert.All(Enumerable.Range(0, 200), number => Assert.Contains(true, source.Draw(number).Mask));
    }

    [Fact]
    public void Draw_Crops_AreWherePiecesSayAndAsShortAsTheShortest()
    {
        Piece longer = SyntheticCorpus.Piece("long", 60, 1),
            shorter = SyntheticCorpus.Piece("short", 12, 2);
        CropPool[] pools = [.. new[] { longer, shorter }.Select(piece => CropPool.Of(piece, 20, SyntheticCorpus.Rate, -30))];
        BatchSource source = new(pools, C2f, rows: 3, seed: 3);

        TrainingBatch mixed = Enumerable.Range(0, 50).Select(n => source.Draw(n)).First(batch => batch.Names.Distinct().Count() == 2);

        Assert.Equal(12, mixed.Shape[2]);
        int row = mixed.Names.ToList().IndexOf("short");
        Assert.Equal(shorter.Codes.Values, mixed.Codes.AsSpan(row * 14 * 12, 14 * 12).ToArray());
    }

    private static BatchSource Source(int rows, int frames) =>
        new(
            [.. SyntheticCorpus.OfPieces(5, 60).Pieces.Select(piece => CropPool.Of(piece, frames, SyntheticCorpus.Rate, -30))],
            C2f,
            rows,
            seed: 3
        );
}
