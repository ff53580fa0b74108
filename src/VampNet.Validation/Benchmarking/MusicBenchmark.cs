using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;

namespace VampNet.Validation.Benchmarking;

/// <summary>Times the stages of vamping.</summary>
internal static class MusicBenchmark
{
    private const double CoarseChunkSeconds = 10, FineChunkSeconds = 3;
    private const int Runs = 3;

    public static readonly string[] Stages = ["encode", "coarse", "c2f", "sampling", "decode"];

    /// <summary>Makes music of seeded sound once to warm up, then some times more.</summary>
    public static MusicTimes Run(string name, VampNetModels models, BenchmarkPlan plan, CancellationToken cancellation)
    {
        models.RequireFamily();
        TokenRate rate = models.Decoder.Configuration.Rate;
        int frames = Math.Max(1, (int)(plan.MusicSeconds * rate.SampleRate / rate.HopLength));
        float[] audio = SeededInputs.Audio(plan.Seed, 1, frames * rate.HopLength, rate.SampleRate);
        double[][] times = [.. Enumerable.Range(0, Runs + 1).Select(_ => Time(models, rate, audio, plan, cancellation)).Skip(1)];
        double seconds = rate.ToSeconds(frames);
        return new MusicTimes(
            name,
            seconds,
            plan.CoarseSteps,
            plan.FineSteps,
            [.. Stages.Select((stage, i) => new StageTime(stage, times.Select(time => time[i]).Order().ElementAt(Runs / 2) / seconds))]);
    }

    private static double[] Time(VampNetModels models, TokenRate rate, float[] audio, BenchmarkPlan plan, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        TokenGrid<long> codes = models.Encoder.Encode(audio, cancellationToken: cancellation);
        double encode = Stopwatch.GetElapsedTime(start).TotalSeconds;

        TimedTokenModel coarse = new(models.Coarse), fine = new(models.Fine);
        VampCodesOptions options = new()
        {
            CoarseChunkFrames = rate.ToFrames(CoarseChunkSeconds),
            FineChunkFrames = rate.ToFrames(FineChunkSeconds),
            Coarse = new() { Steps = plan.CoarseSteps },
            Fine = new() { Steps = plan.FineSteps },
        };
        SeededDraws draws = new(plan.Seed);
        TokenGrid<bool> mask = MaskBuilder.Build(codes.Codebooks, codes.Frames, new MaskOptions(), rate, draws);
        start = Stopwatch.GetTimestamp();
        (TokenGrid<long> vamped, _) = CodeVamper.Vamp(coarse, fine, codes, mask, options, draws, cancellationToken: cancellation);
        double sampling = Stopwatch.GetElapsedTime(start).TotalSeconds - coarse.Seconds - fine.Seconds;

        start = Stopwatch.GetTimestamp();
        models.Decoder.Decode(vamped, cancellationToken: cancellation);
        return [encode, coarse.Seconds, fine.Seconds, sampling, Stopwatch.GetElapsedTime(start).TotalSeconds];
    }
}
