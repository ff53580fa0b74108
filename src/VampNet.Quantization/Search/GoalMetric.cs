namespace VampNet.Quantization.Search;

/// <summary>The numbers that a quality goal can bound.</summary>
public enum GoalMetric
{
    /// <summary>Share of positions whose likeliest token is the reference's (logits).</summary>
    Top1,

    /// <summary>Mean share of the reference's five likeliest tokens that are kept (logits).</summary>
    Top5,

    /// <summary>Power of the reference's output over power of the difference, in decibels (logits, signals).</summary>
    Sqnr,

    /// <summary>Mean Kullback-Leibler divergence from the reference, in nats (logits). Lower is better.</summary>
    Kl,

    /// <summary>Share of equal codes (codes).</summary>
    Codes,

    /// <summary>Mean cosine (embeddings).</summary>
    Cosine,

    /// <summary>Peak signal to noise, in decibels (images).</summary>
    Psnr,

    /// <summary>Scale-invariant signal to distortion, in decibels (audio).</summary>
    SiSdr,

    /// <summary>Mean absolute difference over the reference's range (regression). Lower is better.</summary>
    Error,

    /// <summary>Increase by quantization of the mean negative log-likelihood of true tokens, in nats (logits, judged on real codes). Lower
    /// is better.</summary>
    Nll,
}
