using System.Globalization;
using VampNet.Runtime.Generation;

namespace VampNet.Cli.Music;

/// <summary>Estimates how long a vamp still takes, from how long its stages have taken so far.</summary>
/// <param name="clock">The clock.</param>
/// <param name="fineShare">Seconds of the fine stage per second of the coarse stage: the ratio of their passes.</param>
internal sealed class MusicTime(TimeProvider clock, double fineShare)
{
    // Measured with released weights in float32: decoding takes 3.4 times as long as encoding. It only serves until decoding has begun.
    private const double DecodingForEncoding = 3.4;

    // A fine pass over a frame costs less than a coarse one: 16 layers instead of 20, and shorter chunks.
    private const double FineForCoarse = 0.75;

    private readonly Dictionary<VampStage, (long Start, long End, double Done)> _stages = [];

    /// <summary>Takes note of progress.</summary>
    public void Note(VampProgress progress)
    {
        long now = clock.GetTimestamp();
        double done = Math.Clamp((progress.Chunk - 1 + ((double)progress.Step / progress.Steps)) / progress.Chunks, 0, 1);
        long start = _stages.TryGetValue(progress.Stage, out (long Start, long End, double Done) stage) ? stage.Start : _begun;
        _stages[progress.Stage] = (start, now, done);
        if (done >= 1)
        {
            _begun = now;
        }
    }

    private long _begun = clock.GetTimestamp();

    /// <summary>The time left; null before the coarse stage has come far enough to tell.</summary>
    public TimeSpan? Left(int pieces)
    {
        if (Total(VampStage.Coarse) is not { } coarse)
        {
            return null;
        }

        double fine = Total(VampStage.Fine) ?? coarse * fineShare * FineForCoarse;
        double decode = Total(VampStage.Decode) ?? (Total(VampStage.Encode) ?? 0) * DecodingForEncoding * pieces;
        double left = Rest(VampStage.Coarse, coarse) + Rest(VampStage.Fine, fine) + Rest(VampStage.Decode, decode);
        return TimeSpan.FromSeconds(left);
    }

    /// <summary>A time in words, such as <c>3 min 20 s</c>.</summary>
    public static string Text(TimeSpan time) =>
        time.TotalSeconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(time.TotalSeconds))} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");

    private double? Total(VampStage stage) =>
        _stages.TryGetValue(stage, out (long Start, long End, double Done) seen) && seen.Done > 0
            ? clock.GetElapsedTime(seen.Start, seen.End).TotalSeconds / seen.Done
            : null;

    private double Rest(VampStage stage, double total) =>
        total * (1 - (_stages.TryGetValue(stage, out (long Start, long End, double Done) seen) ? seen.Done : 0));
}
