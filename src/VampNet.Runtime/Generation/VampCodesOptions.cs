namespace VampNet.Runtime.Generation;

/// <summary>Options of <see cref="CodeVamper"/>, with the defaults of upstream's <c>Interface.vamp</c>.</summary>
public sealed record VampCodesOptions
{
    // Attention over this many frames already takes a terabyte.
    private const int LongestChunk = 1 << 18;

    /// <summary>Pieces generated side by side from the same codes.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Times the coarse stage runs over its own result.</summary>
    public int FeedbackSteps { get; init; } = 1;

    /// <summary>Times each frame is repeated; the repetitions are generated.</summary>
    public int TimeStretchFactor { get; init; } = 1;

    /// <summary>Options of the coarse stage.</summary>
    public GenerateOptions Coarse { get; init; } = new();

    /// <summary>Options of the c2f stage; upstream fixes two steps.</summary>
    public GenerateOptions Fine { get; init; } = new() { Steps = 2 };

    /// <summary>Frames the coarse model sees at once: 10 s upstream, 575 frames of the released codec.</summary>
    public required int CoarseChunkFrames { get; init; }

    /// <summary>Frames the c2f model sees at once: 3 s upstream, 173 frames of the released codec.</summary>
    public required int FineChunkFrames { get; init; }

    /// <summary>Control signals by name, each [dim,T] with a mask [T] over the frames of the codes; null for none. Each model takes those
    /// that it has.</summary>
    public IReadOnlyDictionary<string, ControlSignal>? Controls { get; init; }

    /// <summary>Classifier-free guidance scale of the control signals; null for no such guidance.</summary>
    public float? CfgScale { get; init; }

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1, nameof(BatchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(FeedbackSteps, 1, nameof(FeedbackSteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(TimeStretchFactor, 1, nameof(TimeStretchFactor));
        ArgumentOutOfRangeException.ThrowIfLessThan(CoarseChunkFrames, 1, nameof(CoarseChunkFrames));
        ArgumentOutOfRangeException.ThrowIfLessThan(FineChunkFrames, 1, nameof(FineChunkFrames));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CoarseChunkFrames, LongestChunk, nameof(CoarseChunkFrames));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FineChunkFrames, LongestChunk, nameof(FineChunkFrames));
        Coarse.Validate();
        Fine.Validate();
    }
}
