namespace VampNet.Runtime.Generation;

/// <summary>Options of sampling one token from its logits. Filters apply to the untempered logits, in the order of the
/// properties.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// Whether to keep only the tokens whose information is nearest the entropy. Off by default, which gives upstream's tokens: upstream
    /// computes this filter and discards the result.
    /// </summary>
    public bool FilterTypical { get; init; }

    /// <summary>The probability mass the typical filter keeps, above 0 and below 1.</summary>
    public float TypicalMass { get; init; } = 0.15f;

    /// <summary>The typical filter never keeps fewer tokens than this; at least 1.</summary>
    public int TypicalMinimumTokens { get; init; } = 64;

    /// <summary>Keeps the K likeliest tokens, and those as likely as the last of them; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Keeps the likeliest tokens up to the one that brings their sum over this, 0 to 1; null or 1 for all.</summary>
    public float? TopP { get; init; }

    /// <summary>Divides the logits; at least 0. 0 leaves them as they are, as upstream does.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public void Validate()
    {
        Require(TypicalMass is > 0 and < 1, TypicalMass, nameof(TypicalMass), "above 0 and below 1");
        Require(TypicalMinimumTokens >= 1, TypicalMinimumTokens, nameof(TypicalMinimumTokens), "at least 1");
        Require(TopK is null or >= 1, TopK, nameof(TopK), "at least 1");
        Require(TopP is null or >= 0 and <= 1, TopP, nameof(TopP), "0 to 1");
        Require(Temperature >= 0 && float.IsFinite(Temperature), Temperature, nameof(Temperature), "at least 0");
    }

    internal static void Require(bool holds, object? found, string name, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, found, $"Expected {expected}.");
        }
    }
}
