using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;

namespace VampNet.Cli.Music;

/// <summary>The controls of upstream's web page that concern generation, and ours beyond them, as options. Their defaults are the
/// runtime's.</summary>
internal sealed class VampControls
{
    private static readonly VampOptions Defaults = new();

    private readonly Option<ulong> _seed = new("--seed")
    {
        HelpName = "N",
        DefaultValueFactory = _ => Defaults.Seed,
        Description = "Decides every draw: same seed, same file.",
    };
    private readonly Option<int> _batch = Whole("--batch", Defaults.BatchSize, 1, "Variations made side by side.");
    private readonly Option<int> _periodicPrompt = Whole(
        "--periodic-prompt",
        Defaults.Mask.PeriodicPrompt,
        0,
        "Keep one frame of so many; 0 for none."
    );
    private readonly Option<int> _periodicWidth = Whole(
        "--periodic-width",
        Defaults.Mask.PeriodicPromptWidth,
        1,
        "Frames that each periodic prompt keeps."
    );
    private readonly Option<int> _upperCodebookMask = Whole(
        "--upper-codebook-mask",
        Defaults.Mask.UpperCodebookMask,
        0,
        "Generate the codebooks from this one on whole."
    );
    private readonly Option<int> _ncc = Whole("--ncc", Defaults.Mask.ConditioningCodebooks, 0, "Keep the codebooks below this one whole.");
    private readonly Option<double> _prefix = Number("--prefix", Defaults.Mask.PrefixSeconds, 0, "Seconds at the start to keep.");
    private readonly Option<double> _suffix = Number("--suffix", Defaults.Mask.SuffixSeconds, 0, "Seconds at the end to keep.");
    private readonly Option<double> _intensity = Number(
        "--intensity",
        Defaults.Mask.RandomIntensity,
        0,
        "Probability that a token may be generated at all.",
        1
    );
    private readonly Option<double> _dropout = Number(
        "--dropout",
        Defaults.Mask.Dropout,
        0,
        "Share of frames to generate whole, whatever the prompts keep.",
        1
    );
    private readonly Option<FileInfo> _onsets = new("--onsets")
    {
        HelpName = "FILE",
        Description = "Take the onsets from this file, seconds, one a line, instead of finding them in the music.",
    };
    private readonly Option<int> _onsetWidth = Whole(
        "--onset-width",
        Defaults.Mask.OnsetMaskWidth,
        0,
        "Frames to keep on either side of an onset. Given without --onsets, the onsets are found in the music."
    );
    private readonly Option<FileInfo> _beats = new("--beats")
    {
        HelpName = "FILE",
        Description = "Take the beats from this file, seconds, one a line, instead of finding them in the music.",
    };
    private readonly Option<double> _beatSeconds = Number(
        "--beat-seconds",
        Defaults.Mask.BeatMaskSeconds,
        0,
        "Seconds to keep after a beat. Given without --beats, the beats are found in the music."
    );
    private readonly Option<int> _stretch = Whole("--stretch", Defaults.TimeStretchFactor, 1, "Make the output so many times longer.");
    private readonly Option<int> _feedbackSteps = Whole(
        "--feedback-steps",
        Defaults.FeedbackSteps,
        1,
        "Runs of the coarse stage over its own result."
    );
    private readonly Option<int> _steps = Whole("--steps", Defaults.Coarse.Steps, 1, "Forward passes of the coarse stage.");
    private readonly Option<int> _fineSteps = Whole("--fine-steps", Defaults.Fine.Steps, 1, "Forward passes of the fine stage.");
    private readonly Option<double> _temperature = Number(
        "--temperature",
        Defaults.Coarse.Sampling.Temperature,
        0,
        "Divides the coarse logits."
    );
    private readonly Option<double> _maskTemperature = Number(
        "--mask-temperature",
        Defaults.Coarse.MaskTemperature,
        0,
        "Weight of chance in which coarse tokens are kept."
    );
    private readonly Option<double> _cutoff = Number(
        "--cutoff",
        Defaults.Coarse.SampleCutoff,
        0,
        "Share of the coarse steps that draw; later ones take the likeliest token.",
        1
    );
    private readonly Option<double?> _topP = Optional<double?>(
        "--top-p",
        value => value is >= 0 and <= 1,
        "Keep the likeliest tokens up to this probability, 0 to 1."
    );
    private readonly Option<int?> _topK = Optional<int?>(
        "--top-k",
        value => value >= 1,
        "Keep so many of the likeliest tokens; beyond upstream."
    );
    private readonly Option<bool> _typical = new("--typical-filtering")
    {
        Description = "Really filter by typicality; beyond upstream, where this switch has no effect.",
    };
    private readonly Option<double> _typicalMass = new("--typical-mass")
    {
        HelpName = "X",
        DefaultValueFactory = _ => Shown(Defaults.Coarse.Sampling.TypicalMass),
        Description = "Probability mass that the typical filter keeps.",
    };
    private readonly Option<int> _typicalTokens = Whole(
        "--typical-min-tokens",
        Defaults.Coarse.Sampling.TypicalMinimumTokens,
        1,
        "Fewest tokens that the typical filter keeps."
    );
    private readonly PieceOptions _piece = new();
    private readonly PresetOption _preset = new();
    private readonly Option<bool> _restoreLoudness = new("--restore-loudness")
    {
        Description = "Bring the output to the input's loudness.",
    };

    private IEnumerable<Option> All =>
        [
            _seed,
            _batch,
            _periodicPrompt,
            _periodicWidth,
            _upperCodebookMask,
            _ncc,
            _prefix,
            _suffix,
            _intensity,
            _dropout,
            _onsets,
            _onsetWidth,
            _beats,
            _beatSeconds,
            _stretch,
            _feedbackSteps,
            _steps,
            _fineSteps,
            _temperature,
            _maskTemperature,
            _cutoff,
            _topP,
            _topK,
            _typical,
            _typicalMass,
            _typicalTokens,
            _restoreLoudness,
            _preset.Option,
            .. _piece.All,
        ];

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        _typicalMass.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is > 0 and < 1, "above 0 and below 1"));
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether the command line sets any of them.</summary>
    public bool AnyGiven(CommandResult result) => All.Any(option => result.GetResult(option) is { Implicit: false });

    /// <summary>The runtime's options for a command line.</summary>
    /// <exception cref="RuntimeException">VNR0203, VNR0204: a list of times is none.</exception>
    public VampOptions Read(ParseResult arguments) =>
        _piece.Read(
            arguments,
            new VampOptions
            {
                Preset = _preset.Read(arguments)?.Name,
                Seed = arguments.GetValue(_seed),
                BatchSize = arguments.GetValue(_batch),
                TimeStretchFactor = arguments.GetValue(_stretch),
                FeedbackSteps = arguments.GetValue(_feedbackSteps),
                RestoreLoudness = arguments.GetValue(_restoreLoudness),
                Mask = ReadMask(arguments),
                Coarse = Defaults.Coarse with
                {
                    Steps = arguments.GetValue(_steps),
                    MaskTemperature = (float)arguments.GetValue(_maskTemperature),
                    SampleCutoff = arguments.GetValue(_cutoff),
                    Sampling = ReadSampling(arguments),
                },
                Fine = Defaults.Fine with { Steps = arguments.GetValue(_fineSteps) },
            }
        );

    private MaskOptions ReadMask(ParseResult arguments)
    {
        MaskPreset? preset = _preset.Read(arguments);
        (int onsetWidth, double beatSeconds) = (
            Choose(arguments, _onsetWidth, preset?.OnsetMaskWidth),
            Choose(arguments, _beatSeconds, preset?.BeatMaskSeconds)
        );
        return new MaskOptions
        {
            RandomIntensity = (float)arguments.GetValue(_intensity),
            PrefixSeconds = arguments.GetValue(_prefix),
            SuffixSeconds = arguments.GetValue(_suffix),
            PeriodicPrompt = Choose(arguments, _periodicPrompt, preset?.PeriodicPrompt),
            PeriodicPromptWidth = arguments.GetValue(_periodicWidth),
            OnsetTimes = ReadTimes(arguments.GetValue(_onsets)),
            DetectOnsets = onsetWidth > 0 && IsAsked(arguments, _onsets, _onsetWidth, preset),
            OnsetMaskWidth = onsetWidth,
            BeatTimes = ReadTimes(arguments.GetValue(_beats)),
            DetectBeats = beatSeconds > 0 && IsAsked(arguments, _beats, _beatSeconds, preset),
            BeatMaskSeconds = beatSeconds,
            Dropout = Choose(arguments, _dropout, preset?.Dropout),
            UpperCodebookMask = Choose(arguments, _upperCodebookMask, preset?.UpperCodebookMask),
            ConditioningCodebooks = arguments.GetValue(_ncc),
        };
    }

    /// <summary>What is given explicitly, else what the preset says, else the default.</summary>
    private static T Choose<T>(ParseResult arguments, Option<T> option, T? preset)
        where T : struct => preset is { } value && !IsGiven(arguments, option) ? value : arguments.GetValue(option);

    /// <summary>Whether to find the times in the music: a width is asked for, and no file gives the times.</summary>
    private static bool IsAsked(ParseResult arguments, Option file, Option width, MaskPreset? preset) =>
        !IsGiven(arguments, file) && (preset is not null || IsGiven(arguments, width));

    private static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    private SamplingOptions ReadSampling(ParseResult arguments) =>
        new()
        {
            Temperature = (float)arguments.GetValue(_temperature),
            TopP = (float?)arguments.GetValue(_topP),
            TopK = arguments.GetValue(_topK),
            FilterTypical = arguments.GetValue(_typical),
            TypicalMass = (float)arguments.GetValue(_typicalMass),
            TypicalMinimumTokens = arguments.GetValue(_typicalTokens),
        };

    private static IReadOnlyList<double> ReadTimes(FileInfo? file)
    {
        if (file is null)
        {
            return [];
        }

        using StreamReader text = file.OpenText();
        return MaskText.ReadTimes(text, file.FullName);
    }

    private static Option<int> Whole(string name, int byDefault, int least, string description)
    {
        var option = new Option<int>(name)
        {
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
            Description = description,
        };
        option.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() >= least, $"{least} or more"));
        return option;
    }

    private static Option<double> Number(string name, double byDefault, double least, string description, double most = double.MaxValue)
    {
        var option = new Option<double>(name)
        {
            HelpName = "X",
            DefaultValueFactory = _ => Shown(byDefault),
            Description = description,
        };
        string range = string.Create(CultureInfo.InvariantCulture, $"{least} {(most < double.MaxValue ? $"to {most}" : "or more")}");
        option.Validators.Add(result =>
            Require(result, result.GetValueOrDefault<double>() >= least && result.GetValueOrDefault<double>() <= most, range)
        );
        return option;
    }

    private static Option<T> Optional<T>(string name, Predicate<T> isAllowed, string description)
    {
        var option = new Option<T>(name) { HelpName = "X", Description = description };
        option.Validators.Add(result => Require(result, isAllowed(result.GetValueOrDefault<T>()!), "a number in its range"));
        return option;
    }

    // A float such as 0.15 widened to double reads 0.15000000596; the help page shows the number that was meant.
    private static double Shown(double value) => Math.Round(value, 6);

    private static void Require(OptionResult result, bool holds, string range)
    {
        if (!holds)
        {
            result.AddError($"Option {result.Option.Name} takes {range}.");
        }
    }
}
