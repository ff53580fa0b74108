namespace VampNet.Runtime.Generation;

/// <summary>Options of generation: how masked tokens are filled in, with the defaults of upstream's <c>VampNet.generate</c>.</summary>
public sealed record GenerateOptions
{
    /// <summary>Forward passes; at least 1.</summary>
    public int Steps { get; init; } = 12;

    /// <summary>Options of drawing tokens.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Scale of the Gumbel noise that is added to the confidences when choosing which tokens to keep (upstream's mask
    /// temperature); it falls linearly to 0 at the last step. At least 0.</summary>
    public float MaskTemperature { get; init; } = 10.5f;

    /// <summary>Steps i of n with i/n above this take the likeliest token instead of drawing; 0 to 1, and 1 always draws.</summary>
    public double SampleCutoff { get; init; } = 1;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1, nameof(Steps));
        SamplingOptions.Require(
            MaskTemperature >= 0 && float.IsFinite(MaskTemperature),
            MaskTemperature,
            nameof(MaskTemperature),
            "at least 0"
        );
        SamplingOptions.Require(SampleCutoff is >= 0 and <= 1, SampleCutoff, nameof(SampleCutoff), "0 to 1");
        Sampling.Validate();
    }
}
