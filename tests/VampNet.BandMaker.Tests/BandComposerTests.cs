using VampNet.BandMaker.Sounds;

namespace VampNet.BandMaker.Tests;

public class BandComposerTests
{
    private const int Frames = 575;

    private static IEnumerable<BandPiece> Pieces =>
        Enumerable.Range(0, 200).Select(seed => BandComposer.Compose(BandSetting.Home, (ulong)seed, Frames));

    [Fact]
    public void Compose_EqualSeeds_GiveEqualPieces()
    {
        BandPiece piece = BandComposer.Compose(BandSetting.Home, 7, Frames),
            again = BandComposer.Compose(BandSetting.Home, 7, Frames),
            other = BandComposer.Compose(BandSetting.Home, 8, Frames);

        Assert.Equal(piece.Notes, again.Notes);
        Assert.NotEqual(piece.Notes, other.Notes);
    }

    [Fact]
    public void Compose_ManySeeds_EachStyleHasItsInstruments()
    {
        var players = Pieces
            .GroupBy(piece => piece.Style)
            .ToDictionary(style => style.Key, style => style.SelectMany(piece => piece.Notes.Select(note => note.Instrument)).ToHashSet());

        Assert.Equal([0, 1, 2, 3, 4, 5], players.Keys.Order());
        Assert.Equal([0, 2, 3, 4, 5], Styles(PluckedString.Instance));
        Assert.Equal([1, 2, 4], Styles(BandSetting.Home.Chords));
        Assert.Equal([1, 2, 3, 4, 5], Styles(BassGuitar.Instance));
        Assert.Equal([2, 3, 5], Styles(BandSetting.Home.Bell));
        Assert.Equal([2, 3, 4], Styles(Kick.Instance));

        IEnumerable<int> Styles(Instrument instrument) =>
            players.Where(style => style.Value.Contains(instrument)).Select(style => style.Key).Order();
    }

    [Fact]
    public void Compose_ManySeeds_PlaysInCMajor()
    {
        int[] scale = [0, 2, 4, 5, 7, 9, 11];
        // The bass may raise a root by a fifth, which leaves the scale on one degree alone (B, not used as a root).
        Assert.All(Pieces.SelectMany(piece => piece.Notes).Where(note => note.Pitch > 0), note => Assert.Contains(note.Pitch % 12, scale));
    }

    [Fact]
    public void Compose_TheOtherSetting_IsTheSameMusicInAnotherKeyWithTwoOtherSounds()
    {
        BandPiece home = BandComposer.Compose(BandSetting.Home, 2, Frames),
            away = BandComposer.Compose(BandSetting.Away, 2, Frames);

        Assert.All(
            home.Notes.Zip(away.Notes),
            pair =>
            {
                Assert.Equal(pair.First.Pitch == 0 ? 0 : pair.First.Pitch + 3, pair.Second.Pitch);
                Assert.Equal(pair.First.Tick, pair.Second.Tick);
            }
        );
        Assert.DoesNotContain(away.Notes, note => note.Instrument is ElectricPiano or Bell);
    }
}
