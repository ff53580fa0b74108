using System.CommandLine;
using System.CommandLine.Parsing;
using VampNet.Runtime;
using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;

namespace VampNet.Cli.Music;

/// <summary>The controls of upstream's web page that concern generation, and ours beyond them, as options. Their defaults are the
/// runtime's.</summary>
internal sealed class VampControls
{
    private static readonly VampOptions Defaults = new();

    private const int MostFrames = 1_000_000;
    private const int MostCodebooks = 1024;
    private const int MostSteps = 10_000;
    private const double SecondsInADay = 86_400;
    private const int MostTokens = 1_000_000;

    private readonly Option<ulong> _seed = NumberOption.Seed(
        "--seed",
        Defaults.Seed,
        "Start the random numbers from N: the same seed gives the same file."
    );
    private readonly Option<int> _batch = NumberOption.Whole(
        "--batch",
        1,
        VampOptions.MostVariations,
        Defaults.BatchSize,
        "Make N variations at once."
    );
    private readonly Option<int> _periodicPrompt = NumberOption.Whole(
        "--periodic-prompt",
        0,
        MostFrames,
        Defaults.Mask.PeriodicPrompt,
        "Keep every Nth frame; 0 keeps none."
    );
    private readonly Option<int> _periodicWidth = NumberOption.Whole(
        "--periodic-width",
        1,
        MostFrames,
        Defaults.Mask.PeriodicPromptWidth,
        "Keep N frames at each periodic prompt."
    );
    private readonly Option<int> _upperCodebookMask = NumberOption.Whole(
        "--upper-codebook-mask",
        0,
        MostCodebooks,
        Defaults.Mask.UpperCodebookMask,
        "Generate every codebook from number N on, whatever the prompts keep."
    );
    private readonly Option<int> _ncc = NumberOption.Whole(
        "--ncc",
        0,
        MostCodebooks,
        Defaults.Mask.ConditioningCodebooks,
        "Keep the first N codebooks."
    );
    private readonly Option<double> _prefix = NumberOption.Real(
        "--prefix",
        0,
        SecondsInADay,
        Defaults.Mask.PrefixSeconds,
        "Keep the first SECONDS.",
        "SECONDS"
    );
    private readonly Option<double> _suffix = NumberOption.Real(
        "--suffix",
        0,
        SecondsInADay,
        Defaults.Mask.SuffixSeconds,
        "Keep the last SECONDS.",
        "SECONDS"
    );
    private readonly Option<double> _intensity = NumberOption.Real(
        "--intensity",
        0,
        1,
        Defaults.Mask.RandomIntensity,
        "Generate each token with probability X, 0 to 1, and keep the others."
    );
    private readonly Option<double> _dropout = NumberOption.Real(
        "--dropout",
        0,
        1,
        Defaults.Mask.Dropout,
        "Generate a share X of the frames, 0 to 1, whatever the prompts keep."
    );
    private readonly Option<FileInfo> _onsets = new("--onsets")
    {
        HelpName = "FILE",
        Description = "Read the onsets from a text file with one time in seconds per line, instead of finding them in the music.",
    };
    private readonly Option<int> _onsetWidth = NumberOption.Whole(
        "--onset-width",
        0,
        MostFrames,
        Defaults.Mask.OnsetMaskWidth,
        "Keep N frames on either side of each onset. Without --onsets, the onsets are found in the music."
    );
    private readonly Option<FileInfo> _beats = new("--beats")
    {
        HelpName = "FILE",
        Description = "Read the beats from a text file with one time in seconds per line, instead of finding them in the music.",
    };
    private readonly Option<double> _beatSeconds = NumberOption.Real(
        "--beat-seconds",
        0,
        SecondsInADay,
        Defaults.Mask.BeatMaskSeconds,
        "Keep SECONDS after each beat. Without --beats, the beats are found in the music.",
        "SECONDS"
    );
    private readonly Option<int> _stretch = NumberOption.Whole(
        "--stretch",
        1,
        VampOptions.MostStretch,
        Defaults.TimeStretchFactor,
        "Make the output N times as long."
    );
    private readonly Option<int> _feedbackSteps = NumberOption.Whole(
        "--feedback-steps",
        1,
        MostSteps,
        Defaults.FeedbackSteps,
        "Run the coarse stage N times, each time on its own result."
    );
    private readonly Option<int> _steps = NumberOption.Whole(
        "--steps",
        1,
        MostSteps,
        Defaults.Coarse.Steps,
        "Run N forward passes in the coarse stage."
    );
    private readonly Option<int> _fineSteps = NumberOption.Whole(
        "--fine-steps",
        1,
        MostSteps,
        Defaults.Fine.Steps,
        "Run N forward passes in the fine stage."
    );
    private readonly Option<double> _temperature = NumberOption.Real(
        "--temperature",
        0,
        1000,
        Defaults.Coarse.Sampling.Temperature,
        "Divide the coarse logits by X: below 1 for likelier tokens, above 1 for more surprising ones."
    );
    private readonly Option<double> _maskTemperature = NumberOption.Real(
        "--mask-temperature",
        0,
        1000000,
        Defaults.Coarse.MaskTemperature,
        "Choose at random, more with a larger X, which coarse tokens are kept after each step; 0 keeps the likeliest."
    );
    private readonly Option<double> _cutoff = NumberOption.Real(
        "--cutoff",
        0,
        1,
        Defaults.Coarse.SampleCutoff,
        "Draw tokens at random during the first share X of the coarse steps, 0 to 1; later steps take the likeliest token."
    );
    private readonly Option<double?> _topP = NumberOption.RealOrNone(
        "--top-p",
        0,
        1,
        "Draw from the likeliest tokens whose probabilities add up to X, 0 to 1."
    );
    private readonly Option<int?> _topK = NumberOption.WholeOrNone(
        "--top-k",
        1,
        MostTokens,
        "Draw from the N likeliest tokens. Upstream has no such option."
    );
    private readonly Option<bool> _typical = new("--typical-filtering")
    {
        Description = "Filter tokens by typicality. Upstream has this switch, but there it has no effect.",
    };
    private readonly Option<double> _typicalMass = NumberOption.Real(
        "--typical-mass",
        1e-6,
        1 - 1e-9,
        Defaults.Coarse.Sampling.TypicalMass,
        "Keep typical tokens whose probabilities add up to X, above 0 and below 1."
    );
    private readonly Option<int> _typicalTokens = NumberOption.Whole(
        "--typical-min-tokens",
        1,
        MostTokens,
        Defaults.Coarse.Sampling.TypicalMinimumTokens,
        "Keep at least N tokens when filtering by typicality."
    );
    private readonly PieceOptions _piece = new();
    private readonly ChunkOptions _chunks = new();
    private readonly PresetOption _preset = new();
    private readonly Option<bool> _restoreLoudness = new("--restore-loudness") { Description = "Make the output as loud as the input." };

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
            .. _chunks.All,
        ];

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>Number of variations that the command line asks for.</summary>
    public int Variations(ParseResult arguments) => arguments.GetValue(_batch);

    /// <summary>Whether the command line sets any of them.</summary>
    public bool AnyGiven(CommandResult result) => All.Any(option => result.GetResult(option) is { Implicit: false });

    /// <summary>The runtime's options for a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="modelsFolder">The folder of the models, whose manifest may say what lengths they were trained on.</param>
    /// <exception cref="RuntimeException">VNR0203, VNR0204: a list of times is none.</exception>
    /// <exception cref="Models.ModelsException">The folder's manifest is damaged.</exception>
    public VampOptions Read(ParseResult arguments, string modelsFolder) => _chunks.Read(arguments, ReadPiece(arguments), modelsFolder);

    private VampOptions ReadPiece(ParseResult arguments) =>
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

    /// <summary>The explicit value, else the preset's, else the default.</summary>
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

        using StringReader text = TextInput.Open(file);
        return MaskText.ReadTimes(text, file.FullName);
    }
}
