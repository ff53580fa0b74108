using System.Text.Json.Serialization;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;

namespace VampNet.Server;

/// <summary>The controls of a request, by the names of the command's options. Controls that are left out have the preset's value, or the
/// default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VampSettings
{
    // Bounds that keep one request from taking the machine for days.
    private const int MostVariations = 16,
        MostSteps = 512,
        MostStretch = 16;

    /// <summary>The name of a preset.</summary>
    public string? Preset { get; init; }

    /// <summary>Seed of all random draws; 0 by default.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Variations, 1 to 16.</summary>
    public int? Batch { get; init; }

    /// <summary>One frame of each N is kept; 0 for none.</summary>
    public int? PeriodicPrompt { get; init; }

    /// <summary>Frames that each periodic prompt keeps.</summary>
    public int? PeriodicWidth { get; init; }

    /// <summary>The codebooks from this one on are generated.</summary>
    public int? UpperCodebookMask { get; init; }

    /// <summary>The codebooks below this one are kept.</summary>
    public int? Ncc { get; init; }

    /// <summary>Frames kept on either side of the onsets found in the music.</summary>
    public int? OnsetWidth { get; init; }

    /// <summary>Seconds kept after the beats found in the music.</summary>
    public double? BeatSeconds { get; init; }

    /// <summary>The share of frames generated whatever the prompts keep, 0 to 1.</summary>
    public double? Dropout { get; init; }

    /// <summary>The probability that a token may be generated, 0 to 1.</summary>
    public float? Intensity { get; init; }

    /// <summary>Seconds kept at the start.</summary>
    public double? Prefix { get; init; }

    /// <summary>Seconds kept at the end.</summary>
    public double? Suffix { get; init; }

    /// <summary>Semitones by which the input is shifted, -12 to 12.</summary>
    public double? PitchShift { get; init; }

    /// <summary>Length of the output relative to the input, 1 to 16.</summary>
    public int? Stretch { get; init; }

    /// <summary>Start of the part to generate, in seconds.</summary>
    public double? Start { get; init; }

    /// <summary>End of that part, in seconds.</summary>
    public double? End { get; init; }

    /// <summary>Treats the piece as a loop.</summary>
    public bool? Seamless { get; init; }

    /// <summary>Brings the output to the input's loudness.</summary>
    public bool? RestoreLoudness { get; init; }

    /// <summary>Forward passes of the coarse stage, 1 to 512.</summary>
    public int? Steps { get; init; }

    /// <summary>Forward passes of the fine stage, 1 to 512.</summary>
    public int? FineSteps { get; init; }

    /// <summary>Runs of the coarse stage over its own result, 1 to 16.</summary>
    public int? FeedbackSteps { get; init; }

    /// <summary>Seconds of music that the coarse model sees at once, 0.1 to 600.</summary>
    public double? CoarseChunk { get; init; }

    /// <summary>Seconds of music that the fine model sees at once, 0.1 to 600.</summary>
    public double? FineChunk { get; init; }

    /// <summary>Divides the coarse logits.</summary>
    public float? Temperature { get; init; }

    /// <summary>Scale of the random noise in choosing which coarse tokens are kept.</summary>
    public float? MaskTemperature { get; init; }

    /// <summary>Draws from the likeliest tokens whose probabilities add up to this, 0 to 1.</summary>
    public float? TopP { get; init; }

    /// <summary>Draws from this many of the likeliest tokens.</summary>
    public int? TopK { get; init; }

    /// <summary>Filters by typicality.</summary>
    public bool? TypicalFiltering { get; init; }

    /// <summary>The probability mass that the typical filter keeps, between 0 and 1.</summary>
    public float? TypicalMass { get; init; }

    /// <summary>The fewest tokens that the typical filter keeps.</summary>
    public int? TypicalMinTokens { get; init; }

    /// <summary>The runtime's options.</summary>
    /// <param name="defaults">Values for controls that neither the request nor its preset sets; null for the runtime's defaults.</param>
    /// <exception cref="ServerException">VNS0003: an unknown preset, or a value out of its range.</exception>
    public VampOptions ToOptions(VampOptions? defaults = null)
    {
        MaskPreset? preset = Preset is null ? null : MaskPreset.Find(Preset);
        if (Preset is not null && preset is null)
        {
            throw Refused($"the preset '{Preset}'", $"one of: {string.Join(", ", MaskPreset.All.Select(each => each.Name))}");
        }

        if (Batch > MostVariations || Steps > MostSteps || FineSteps > MostSteps || Stretch > MostStretch || FeedbackSteps > MostStretch)
        {
            throw Refused(
                "more variations, steps or stretch than one request may ask for",
                $"at most {MostVariations} variations, {MostSteps} steps, {MostStretch} feedback steps and a stretch of {MostStretch}"
            );
        }

        VampOptions options = Combine(defaults ?? new VampOptions(), preset);
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentException problem)
        {
            throw Refused($"a setting out of its range ({problem.Message})", "settings in their ranges", problem);
        }
    }

    private VampOptions Combine(VampOptions defaults, MaskPreset? preset)
    {
        MaskOptions mask = defaults.Mask;
        int onsetWidth = OnsetWidth ?? preset?.OnsetMaskWidth ?? 0;
        double beatSeconds = BeatSeconds ?? preset?.BeatMaskSeconds ?? 0;
        SamplingOptions sampling = defaults.Coarse.Sampling;
        return defaults with
        {
            Preset = preset?.Name,
            Seed = Seed ?? defaults.Seed,
            BatchSize = Batch ?? defaults.BatchSize,
            FeedbackSteps = FeedbackSteps ?? defaults.FeedbackSteps,
            TimeStretchFactor = Stretch ?? defaults.TimeStretchFactor,
            CoarseChunkSeconds = CoarseChunk ?? defaults.CoarseChunkSeconds,
            FineChunkSeconds = FineChunk ?? defaults.FineChunkSeconds,
            PitchShiftSemitones = PitchShift ?? 0,
            StartSeconds = Start ?? 0,
            EndSeconds = End,
            Seamless = Seamless ?? false,
            RestoreLoudness = RestoreLoudness ?? false,
            Mask = new MaskOptions
            {
                RandomIntensity = Intensity ?? mask.RandomIntensity,
                PrefixSeconds = Prefix ?? mask.PrefixSeconds,
                SuffixSeconds = Suffix ?? mask.SuffixSeconds,
                PeriodicPrompt = PeriodicPrompt ?? preset?.PeriodicPrompt ?? mask.PeriodicPrompt,
                PeriodicPromptWidth = PeriodicWidth ?? mask.PeriodicPromptWidth,
                DetectOnsets = onsetWidth > 0,
                OnsetMaskWidth = onsetWidth,
                DetectBeats = beatSeconds > 0,
                BeatMaskSeconds = beatSeconds,
                Dropout = Dropout ?? preset?.Dropout ?? mask.Dropout,
                UpperCodebookMask = UpperCodebookMask ?? preset?.UpperCodebookMask ?? mask.UpperCodebookMask,
                ConditioningCodebooks = Ncc ?? mask.ConditioningCodebooks,
            },
            Coarse = defaults.Coarse with
            {
                Steps = Steps ?? defaults.Coarse.Steps,
                MaskTemperature = MaskTemperature ?? defaults.Coarse.MaskTemperature,
                Sampling = sampling with
                {
                    Temperature = Temperature ?? sampling.Temperature,
                    TopP = TopP,
                    TopK = TopK,
                    FilterTypical = TypicalFiltering ?? sampling.FilterTypical,
                    TypicalMass = TypicalMass ?? sampling.TypicalMass,
                    TypicalMinimumTokens = TypicalMinTokens ?? sampling.TypicalMinimumTokens,
                },
            },
            Fine = defaults.Fine with { Steps = FineSteps ?? defaults.Fine.Steps },
        };
    }

    private static ServerException Refused(string found, string expected, Exception? cause = null) =>
        new(
            ServerErrorIds.SettingsInvalid,
            found: $"{found} in the settings",
            expected: $"{expected}",
            advice: "Correct the settings",
            cause: cause
        );
}
