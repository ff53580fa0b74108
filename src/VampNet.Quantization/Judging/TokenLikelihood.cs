using System.Collections.Immutable;

namespace VampNet.Quantization.Judging;

/// <summary>Negative log-likelihoods of the true tokens behind masked ones under two graphs: the cost of quantization, in nats.</summary>
/// <param name="Tokens">Number of tokens that were masked and are known, 1 or more.</param>
/// <param name="Reference">Mean negative log-likelihood of the true token for the graph in floating point, in nats.</param>
/// <param name="Candidate">The same for the quantized graph.</param>
/// <param name="StandardError">Standard error of the difference of the two, over stretches of music; null when there is one stretch
/// alone.</param>
/// <param name="SameToken">Share of tokens whose likeliest candidate is the same for both, 0 to 1.</param>
/// <param name="Divergence">Mean Kullback-Leibler divergence from the reference, in nats.</param>
public sealed record TokenLikelihood(
    long Tokens,
    double Reference,
    double Candidate,
    double? StandardError,
    double SameToken,
    double Divergence
)
{
    /// <summary>Increase by quantization of the negative log-likelihood, in nats per token; negative where the quantized graph is
    /// better.</summary>
    public double Difference => Candidate - Reference;
}

/// <summary>The likelihood in one codebook.</summary>
/// <param name="Codebook">Its number, from 0; c2f's first is the one behind those that it is given.</param>
/// <param name="Likelihood">The figures.</param>
public sealed record CodebookLikelihood(int Codebook, TokenLikelihood Likelihood);

/// <summary>The likelihood at one mask ratio.</summary>
/// <param name="MaskShare">The share of tokens that was masked, 0 to 1.</param>
/// <param name="Likelihood">The figures.</param>
public sealed record MaskLikelihood(double MaskShare, TokenLikelihood Likelihood);

/// <summary>The likelihood of real codes under a graph in floating point and its quantized form.</summary>
/// <param name="All">Over all of them.</param>
/// <param name="Codebooks">By codebook.</param>
/// <param name="Masks">By mask ratio.</param>
/// <param name="Passages">Number of passages of music.</param>
public sealed record CodeLikelihood(
    TokenLikelihood All,
    ImmutableArray<CodebookLikelihood> Codebooks,
    ImmutableArray<MaskLikelihood> Masks,
    int Passages
);
