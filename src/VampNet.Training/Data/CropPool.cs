using VampNet.Runtime;
using VampNet.Runtime.Audio;

namespace VampNet.Training.Data;

/// <summary>The positions at which crops of one length may begin in a piece: those whose crop is loud enough.</summary>
/// <param name="Piece">The piece.</param>
/// <param name="Frames">The length of each crop in frames; the length of the piece where that is shorter than requested.</param>
/// <param name="Starts">The first frames of all crops above the cutoff, ascending; empty where there is none.</param>
/// <param name="Loudest">The loudness of the loudest crop, in LUFS as recorded.</param>
internal sealed record CropPool(Piece Piece, int Frames, int[] Starts, double Loudest)
{
    /// <summary>Finds the crops of a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="frames">The length of a crop in frames.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="cutoff">The loudness in LUFS that a crop must exceed, as recorded.</param>
    public static CropPool Of(Piece piece, int frames, TokenRate rate, double cutoff)
    {
        float[] powers = [.. piece.FramePowers];
        int length = Math.Min(frames, piece.Codes.Frames);
        double[] loudness = new double[piece.Codes.Frames - length + 1];
        Parallel.For(
            0,
            loudness.Length,
            start => loudness[start] = Loudness.MeasureFrames(powers.AsSpan(start, length), (double)rate.SampleRate / rate.HopLength)
        );
        return new(piece, length, [.. Enumerable.Range(0, loudness.Length).Where(start => loudness[start] > cutoff)], loudness.Max());
    }
}
