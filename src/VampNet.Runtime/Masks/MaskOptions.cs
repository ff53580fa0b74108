namespace VampNet.Runtime.Masks;

/// <summary>Options of the mask: the tokens of a piece that are generated anew. The defaults are upstream's: its web page's sliders as they
/// first stand.</summary>
public sealed record MaskOptions
{
    /// <summary>The probability with which a token may be generated at all, 0 to 1.</summary>
    public float RandomIntensity { get; init; } = 1;

    /// <summary>Seconds at the start that stay.</summary>
    public double PrefixSeconds { get; init; }

    /// <summary>Seconds at the end that stay.</summary>
    public double SuffixSeconds { get; init; }

    /// <summary>Keeps every Nth frame as a prompt; 0 for none.</summary>
    public int PeriodicPrompt { get; init; } = 7;

    /// <summary>Number of frames that each prompt keeps, rounded up to an odd number.</summary>
    public int PeriodicPromptWidth { get; init; } = 1;

    /// <summary>Times of onsets in seconds; frames around each are kept.</summary>
    public IReadOnlyList<double> OnsetTimes { get; init; } = [];

    /// <summary>Whether to keep also frames around the onsets that <see cref="Rhythm.OnsetDetector"/> finds in the input.</summary>
    public bool DetectOnsets { get; init; }

    /// <summary>Frames kept on either side of an onset.</summary>
    public int OnsetMaskWidth { get; init; } = 1;

    /// <summary>Times of beats in seconds; frames after each are kept.</summary>
    public IReadOnlyList<double> BeatTimes { get; init; } = [];

    /// <summary>Whether to keep also frames after the beats that <see cref="Rhythm.BeatTracker"/> finds in the input.</summary>
    public bool DetectBeats { get; init; }

    /// <summary>Seconds kept after a beat.</summary>
    public double BeatMaskSeconds { get; init; } = 0.02;

    /// <summary>The share of frames to generate whole, whatever the prompts say, 0 to 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The codebooks from this one on are generated whole: the "compression prompt".</summary>
    public int UpperCodebookMask { get; init; } = 3;

    /// <summary>The codebooks below this one stay whole (upstream's ncc).</summary>
    public int ConditioningCodebooks { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        Require(nameof(RandomIntensity), RandomIntensity, 1);
        Require(nameof(PrefixSeconds), PrefixSeconds);
        Require(nameof(SuffixSeconds), SuffixSeconds);
        Require(nameof(PeriodicPrompt), PeriodicPrompt);
        Require(nameof(PeriodicPromptWidth), PeriodicPromptWidth);
        Require(nameof(OnsetMaskWidth), OnsetMaskWidth);
        Require(nameof(BeatMaskSeconds), BeatMaskSeconds);
        Require(nameof(Dropout), Dropout, 1);
        Require(nameof(UpperCodebookMask), UpperCodebookMask);
        Require(nameof(ConditioningCodebooks), ConditioningCodebooks);
    }

    private static void Require(string name, double value, double most = double.MaxValue)
    {
        if (!(value >= 0 && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, most < double.MaxValue ? $"Expected 0 to {most}." : "Expected 0 or more.");
        }
    }
}
