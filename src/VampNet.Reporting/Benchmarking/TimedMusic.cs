using System.Diagnostics;
using VampNet.Inference.Inputs;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;
using VampNet.Runtime.Models;
using VampNet.Runtime.Randomness;

namespace VampNet.Reporting.Benchmarking;

/// <summary>One folder's models at work on a piece of seeded sound; keeps the time of each stage.</summary>
internal sealed class TimedMusic
{
    private const double CoarseChunkSeconds = 10,
        FineChunkSeconds = 3;

    private readonly VampNetModels _models;
    private readonly BenchmarkPlan _plan;
    private readonly TokenRate _rate;
    private readonly float[] _audio;
    private readonly double _seconds;
    private readonly List<double> _encode = [],
        _coarse = [],
        _fine = [],
        _sampling = [],
        _decode = [];
    private TokenGrid<long>? _codes,
        _vamped;

    public TimedMusic(VampNetModels models, BenchmarkPlan plan)
    {
        (_models, _plan, _rate) = (models, plan, models.Decoder.Configuration.Rate);
        int frames = Math.Max(1, (int)(plan.MusicSeconds * _rate.SampleRate / _rate.HopLength));
        _audio = SeededInputs.Audio(plan.Seed, 1, frames * _rate.HopLength, _rate.SampleRate);
        _seconds = _rate.ToSeconds(frames);
    }

    /// <summary>The times so far.</summary>
    public MusicRuns Runs => new(_seconds, [.. MusicBenchmark.Stages.Zip(Times, (stage, times) => new StageRuns(stage, [.. times]))]);

    private List<double>[] Times => [_encode, _coarse, _fine, _sampling, _decode];

    /// <summary>Sound to codes.</summary>
    public void Encode(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _codes = _models.Encoder.Encode(_audio, cancellationToken: cancellationToken);
        Add(_encode, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Codes to new codes. Time outside the two models counts as sampling, including masks, chunks and copies.</summary>
    public void Vamp(CancellationToken cancellationToken)
    {
        TimedTokenModel coarse = new(_models.Coarse),
            fine = new(_models.Fine);
        VampCodesOptions options = new()
        {
            CoarseChunkFrames = _rate.ToFrames(CoarseChunkSeconds),
            FineChunkFrames = _rate.ToFrames(FineChunkSeconds),
            Coarse = new() { Steps = _plan.CoarseSteps },
            Fine = new() { Steps = _plan.FineSteps },
        };
        SeededDraws draws = new(_plan.Seed);
        long start = Stopwatch.GetTimestamp();
        TokenGrid<bool> mask = MaskBuilder.Build(_codes!.Codebooks, _codes.Frames, new MaskOptions(), _rate, draws);
        (_vamped, _) = CodeVamper.Vamp(coarse, fine, _codes, mask, options, draws, cancellationToken: cancellationToken);
        double whole = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Add(_coarse, coarse.Seconds);
        Add(_fine, fine.Seconds);
        Add(_sampling, whole - coarse.Seconds - fine.Seconds);
    }

    /// <summary>New codes to sound.</summary>
    public void Decode(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _models.Decoder.Decode(_vamped!, cancellationToken: cancellationToken);
        Add(_decode, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Drops the times so far.</summary>
    public void Forget()
    {
        foreach (List<double> times in Times)
        {
            times.Clear();
        }
    }

    private void Add(List<double> times, double seconds) => times.Add(seconds / _seconds);
}
