namespace VampNet.Inference.Inputs;

/// <summary>The true tokens that a sample masks, in the order of the logits: what a model's likelihood is measured on.</summary>
/// <param name="Tokens">[B,T,P], row-major: the true token where it is masked, <see cref="NotScored"/> elsewhere.</param>
/// <param name="MaskShare">The share of tokens that are masked, 0 to 1.</param>
/// <param name="FirstCodebook">The number of the first codebook P: those before it are given, never masked.</param>
/// <param name="Passage">The passage of music: samples of one passage differ in what is masked.</param>
public sealed record TokenTargets(long[] Tokens, double MaskShare, int FirstCodebook, string Passage)
{
    /// <summary>Stands for a token that the model was given.</summary>
    public const long NotScored = -1;
}
