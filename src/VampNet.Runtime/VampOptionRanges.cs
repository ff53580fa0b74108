using System.Globalization;
using VampNet.Runtime.Audio;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;

namespace VampNet.Runtime;

/// <summary>The ranges of <see cref="VampOptions"/>.</summary>
internal static class VampOptionRanges
{
    private const int MostSteps = 10_000;
    private const int MostFrames = 1_000_000;
    private const int MostCodebooks = 1024;
    private const double SecondsInADay = 86_400;

    // Attention over more than ten minutes takes more memory than any machine has.
    private const double LongestChunkSeconds = 600;

    /// <summary>Lists the options that are out of their ranges, named as in saved settings; none when all are valid.</summary>
    public static IEnumerable<string> Faults(VampOptions options) =>
        new[]
        {
            Whole("batch_size", options.BatchSize, 1, VampOptions.MostVariations),
            Whole("feedback_steps", options.FeedbackSteps, 1, MostSteps),
            Whole("time_stretch_factor", options.TimeStretchFactor, 1, VampOptions.MostStretch),
            Real("coarse_chunk_seconds", options.CoarseChunkSeconds, 0.001, LongestChunkSeconds),
            Real("pitch_shift_semitones", options.PitchShiftSemitones, -PitchShifter.MostSemitones, PitchShifter.MostSemitones),
            Real("start_seconds", options.StartSeconds, 0, SecondsInADay),
            options.EndSeconds is { } end ? Real("end_seconds", end, 0, SecondsInADay) : null,
            Real("fine_chunk_seconds", options.FineChunkSeconds, 0.001, LongestChunkSeconds),
            options.CfgScale is { } scale ? Real("cfg_scale", scale, 0, VampOptions.MostCfgScale) : null,
        }
            .Concat((options.Controls ?? new Dictionary<string, ControlSignal>()).Select(control => Fault(control.Key, control.Value)))
            .Concat(Faults("coarse", options.Coarse))
            .Concat(Faults("fine", options.Fine))
            .Concat(Faults(options.Mask))
            .OfType<string>();

    private static IEnumerable<string?> Faults(string stage, GenerateOptions options) =>
        [
            Whole($"{stage}.steps", options.Steps, 1, MostSteps),
            Real($"{stage}.mask_temperature", options.MaskTemperature, 0, float.MaxValue),
            Real($"{stage}.sample_cutoff", options.SampleCutoff, 0, 1),
            Real($"{stage}.sampling.temperature", options.Sampling.Temperature, 0, float.MaxValue),
            Real($"{stage}.sampling.typical_mass", options.Sampling.TypicalMass, float.Epsilon, 1 - 1e-7),
            Whole($"{stage}.sampling.typical_minimum_tokens", options.Sampling.TypicalMinimumTokens, 1, int.MaxValue),
            options.Sampling.TopP is { } topP ? Real($"{stage}.sampling.top_p", topP, 0, 1) : null,
            options.Sampling.TopK is { } topK ? Whole($"{stage}.sampling.top_k", topK, 1, int.MaxValue) : null,
        ];

    private static IEnumerable<string?> Faults(MaskOptions options) =>
        new[]
        {
            Real("mask.random_intensity", options.RandomIntensity, 0, 1),
            Real("mask.prefix_seconds", options.PrefixSeconds, 0, SecondsInADay),
            Real("mask.suffix_seconds", options.SuffixSeconds, 0, SecondsInADay),
            Whole("mask.periodic_prompt", options.PeriodicPrompt, 0, MostFrames),
            Whole("mask.periodic_prompt_width", options.PeriodicPromptWidth, 1, MostFrames),
            Whole("mask.onset_mask_width", options.OnsetMaskWidth, 0, MostFrames),
            Real("mask.beat_mask_seconds", options.BeatMaskSeconds, 0, SecondsInADay),
            Real("mask.dropout", options.Dropout, 0, 1),
            Whole("mask.upper_codebook_mask", options.UpperCodebookMask, 0, MostCodebooks),
            Whole("mask.conditioning_codebooks", options.ConditioningCodebooks, 0, MostCodebooks),
        }
            .Concat(options.OnsetTimes.Select((time, i) => Real($"mask.onset_times[{i}]", time, 0, SecondsInADay)))
            .Concat(options.BeatTimes.Select((time, i) => Real($"mask.beat_times[{i}]", time, 0, SecondsInADay)));

    // Saved settings may lack either array.
    private static string? Fault(string name, ControlSignal? signal) =>
        signal is not { Values: { Length: > 0 } values, Mask: { Length: > 0 } mask } || values.Length % mask.Length != 0
            ? $"controls.{name} of other lengths (expected dim * T values and T numbers of mask)"
        : values.All(float.IsFinite) && mask.All(float.IsFinite) ? null
        : $"controls.{name} with a number that is not finite (expected finite numbers)";

    private static string? Whole(string name, int value, int least, int most) =>
        value >= least && value <= most ? null : $"{name} {value} (expected {least} to {most})";

    // NaN is not within any range.
    private static string? Real(string name, double value, double least, double most) =>
        value >= least && value <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{name} {value} (expected {Shown(least)} to {Shown(most)})");

    private static string Shown(double bound) =>
        bound == float.Epsilon ? "above 0"
        : bound >= float.MaxValue ? "any finite number"
        : bound is < 1 and > 0.999 ? "below 1"
        : bound.ToString(CultureInfo.InvariantCulture);
}
