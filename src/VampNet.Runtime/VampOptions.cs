using VampNet.Runtime.Generation;
using VampNet.Runtime.Masks;

namespace VampNet.Runtime;

/// <summary>Options of turning one piece of music into another. The defaults are those of upstream's web page, with one piece instead
/// of two.</summary>
public sealed record VampOptions
{
    /// <summary>The largest <see cref="BatchSize"/>.</summary>
    public const int MostVariations = 256;

    /// <summary>The largest <see cref="TimeStretchFactor"/>.</summary>
    public const int MostStretch = 1000;

    /// <summary>The largest <see cref="CfgScale"/>.</summary>
    public const float MostCfgScale = 100;

    /// <summary>Seed of all random draws: the same seed, input and options give the same output on the same machine.</summary>
    public ulong Seed { get; init; }

    /// <summary>The name of the preset that <see cref="Mask"/> started from, kept for the reader; null for none. It has no
    /// effect.</summary>
    public string? Preset { get; init; }

    /// <summary>Options of the mask: which tokens to generate.</summary>
    public MaskOptions Mask { get; init; } = new();

    /// <summary>A mask [1,C,T] to use as it is, instead of <see cref="Mask"/>; null for none.</summary>
    public TokenGrid<bool>? GivenMask { get; init; }

    /// <summary>Options of generating the coarse codebooks.</summary>
    public GenerateOptions Coarse { get; init; } = new() { Steps = 36 };

    /// <summary>Options of generating the finer codebooks.</summary>
    public GenerateOptions Fine { get; init; } = new() { Steps = 2 };

    /// <summary>Variations made side by side.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Times the coarse stage runs over its own result.</summary>
    public int FeedbackSteps { get; init; } = 1;

    /// <summary>Length of the output relative to the input.</summary>
    public int TimeStretchFactor { get; init; } = 1;

    /// <summary>Semitones by which the input is shifted before it is encoded, -12 to 12.</summary>
    public double PitchShiftSemitones { get; init; }

    /// <summary>Start of the part to generate, in seconds. Everything outside the part stays unchanged.</summary>
    public double StartSeconds { get; init; }

    /// <summary>End of the part to generate, in seconds; null for the end of the input.</summary>
    public double? EndSeconds { get; init; }

    /// <summary>Treats the piece as a loop: each output's end meets its start.</summary>
    public bool Seamless { get; init; }

    /// <summary>Seconds the coarse model sees at once.</summary>
    public double CoarseChunkSeconds { get; init; } = 10;

    /// <summary>Seconds the c2f model sees at once.</summary>
    public double FineChunkSeconds { get; init; } = 3;

    /// <summary>Control signals by name, each [dim,T] with a mask [T] over the token frames of the input, or of the part to generate; null
    /// for none.</summary>
    public IReadOnlyDictionary<string, ControlSignal>? Controls { get; init; }

    /// <summary>Scale of classifier-free guidance by the signals, 0 to <see cref="MostCfgScale"/>; 1 as in training; null for no such
    /// guidance. See
    /// <see cref="Guidance"/>.</summary>
    public float? CfgScale { get; init; }

    /// <summary>Brings each output to the input's loudness, or as near as full scale allows. When off, the output keeps the loudness that
    /// the models give it.</summary>
    public bool RestoreLoudness { get; init; }

    /// <summary>Whether only a part of the input is generated.</summary>
    internal bool HasPart => StartSeconds != 0 || EndSeconds is not null;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range; all such values are listed.</exception>
    /// <exception cref="ArgumentException">Two choices contradict each other.</exception>
    public void Validate()
    {
        string faults = string.Join("; ", VampOptionRanges.Faults(this));
        if (faults.Length > 0)
        {
            throw new ArgumentOutOfRangeException(null, $"Found {faults}.");
        }

        if (Seamless && HasPart)
        {
            throw new ArgumentException("A part of a piece cannot loop: use either a start and an end, or Seamless.", nameof(Seamless));
        }
    }

    /// <summary>The options of the code stage, at a codec's rate.</summary>
    internal VampCodesOptions ToCodesOptions(TokenRate rate) =>
        new()
        {
            BatchSize = BatchSize,
            FeedbackSteps = FeedbackSteps,
            TimeStretchFactor = TimeStretchFactor,
            Coarse = Coarse,
            Fine = Fine,
            CoarseChunkFrames = rate.ToFrames(CoarseChunkSeconds),
            FineChunkFrames = rate.ToFrames(FineChunkSeconds),
            Controls = Controls,
            CfgScale = CfgScale,
        };
}
