using System.CommandLine;
using System.Diagnostics;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;

namespace VampNet.Benchmarks;

/// <summary>Times the stages of vamping: what each second of music costs.</summary>
internal static class PipelineBenchmark
{
    private const int CoarseSteps = 12, FineSteps = 2;
    private const double CoarseChunkSeconds = 10, FineChunkSeconds = 3;

    private static readonly string[] _stages = ["encode", "coarse", "c2f", "sampling", "decode"];

    public static Command Command()
    {
        Argument<DirectoryInfo> models = new("models") { Description = "Folder of exported models." };
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 10, HelpName = "S", Description = "Length of the music." };
        Option<int> runs = new("--runs") { DefaultValueFactory = _ => 3, HelpName = "N", Description = "How often to repeat." };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => 0, HelpName = "N", Description = "Threads per operator; 0 for one per core." };
        Command command = new("pipeline", $"Prints seconds of compute per second of music, stage by stage: {CoarseSteps} coarse steps, {FineSteps} c2f steps.") { models, seconds, runs, threads };
        command.SetAction(arguments => Run(
            arguments.GetRequiredValue(models).FullName, arguments.GetValue(seconds), arguments.GetValue(runs), new ModelOptions { Threads = arguments.GetValue(threads) }));
        return command;
    }

    private static void Run(string folder, double seconds, int runs, ModelOptions options)
    {
        using VampNetModels models = VampNetModels.Open(folder, options);
        models.RequireFamily();
        TokenRate rate = models.Decoder.Configuration.Rate;
        int frames = Math.Max(1, (int)(seconds * rate.SampleRate / rate.HopLength));
        float[] audio = [.. Enumerable.Range(0, frames * rate.HopLength).Select(index => 0.3f * MathF.Sin(index * 0.03f) * MathF.Sin(index * 1e-5f))];
        // The first run warms up.
        double[][] times = [.. Enumerable.Range(0, runs + 1).Select(_ => Time(models, rate, audio)).Skip(1)];
        double music = rate.ToSeconds(frames);
        double[] perSecond = [.. _stages.Select((_, stage) => times.Select(time => time[stage]).Order().ElementAt(runs / 2) / music)];
        Console.WriteLine($"{folder}: {music:F2} s of music, median of {runs}");
        for (int stage = 0; stage < _stages.Length; stage++)
            Console.WriteLine($"{_stages[stage],-10}{perSecond[stage],8:F3} s/s{perSecond[stage] / perSecond.Sum(),8:P1}");
        Console.WriteLine($"{"whole",-10}{perSecond.Sum(),8:F3} s/s");
    }

    private static double[] Time(VampNetModels models, TokenRate rate, float[] audio)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TokenGrid<long> codes = models.Encoder.Encode(audio);
        double encode = watch.Elapsed.TotalSeconds;

        TimedTokenModel coarse = new(models.Coarse), fine = new(models.Fine);
        VampCodesOptions options = new()
        {
            CoarseChunkFrames = rate.ToFrames(CoarseChunkSeconds),
            FineChunkFrames = rate.ToFrames(FineChunkSeconds),
            Coarse = new() { Steps = CoarseSteps },
            Fine = new() { Steps = FineSteps },
        };
        SeededDraws draws = new(1);
        TokenGrid<bool> mask = MaskBuilder.Build(codes.Codebooks, codes.Frames, new MaskOptions(), rate, draws);
        watch.Restart();
        (TokenGrid<long> vamped, _) = CodeVamper.Vamp(coarse, fine, codes, mask, options, draws);
        double sampling = watch.Elapsed.TotalSeconds - coarse.Seconds - fine.Seconds;

        watch.Restart();
        models.Decoder.Decode(vamped);
        return [encode, coarse.Seconds, fine.Seconds, sampling, watch.Elapsed.TotalSeconds];
    }
}
