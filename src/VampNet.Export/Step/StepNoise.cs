namespace VampNet.Export.Step;

/// <summary>The source of a step graph's random numbers.</summary>
public enum StepNoise
{
    /// <summary>The host gives them: the inputs token_exponential and mask_uniform.</summary>
    Given,

    /// <summary>The graph generates them: the inputs seed and draws. They equal those of <c>VampNet.Runtime.Randomness.SeededDraws</c> bit
    /// for bit.</summary>
    Seeded,
}
