using System.Numerics.Tensors;
using VampNet.Runtime.Audio;

namespace VampNet.BandMaker.Tests;

public class BandRendererTests
{
    private const int Frames = 173;

    [Fact]
    public void Render_ManyPieces_IsAtMinus24DecibelsWithoutClipping()
    {
        BandRenderer renderer = new();
        foreach (ulong seed in (ReadOnlySpan<ulong>)[0, 1, 2, 3, 4, 5, 6, 7])
        {
            AudioClip clip = renderer.Render(BandComposer.Compose(BandSetting.Home, seed, Frames), Frames);
            float[] track = clip.Channels[0];
            double rms = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(track) / (double)track.Length);

            Assert.Equal(Frames * 768, track.Length);
            Assert.InRange(TensorPrimitives.MaxMagnitude<float>(track), -0.97001f, 0.97001f);
            Assert.InRange(20 * Math.Log10(rms), -60, -23.99);
        }
    }

    [Fact]
    public void Render_EqualPieces_GivesEqualSamples()
    {
        BandPiece piece = BandComposer.Compose(BandSetting.Away, 3, Frames);

        Assert.Equal(new BandRenderer().Render(piece, Frames).Channels[0], new BandRenderer().Render(piece, Frames).Channels[0]);
    }

    [Fact]
    public void Render_APieceThatStartsInALaterBar_HearsWhatWasStruckBefore()
    {
        // The same notes from one tick later: its sound is that of the whole piece without the first tick.
        BandPiece whole = BandComposer.Compose(BandSetting.Home, 3, Frames) with
        {
            FirstTick = 0,
        };
        BandPiece later = whole with { FirstTick = 1 };
        int skipped = whole.TickFrames;
        float[] all = new BandRenderer().Render(whole, Frames + skipped).Channels[0],
            end = new BandRenderer().Render(later, Frames).Channels[0];

        // Levels differ by a factor, which any two samples tell.
        int loudest = TensorPrimitives.IndexOfMaxMagnitude<float>(end);
        float factor = all[skipped * 768 + loudest] / end[loudest];
        for (int i = 0; i < end.Length; i += 997)
        {
            Assert.Equal(all[skipped * 768 + i], end[i] * factor, 1e-5f);
        }
    }
}
