namespace VampNet.Validation;

/// <summary>How far a verification is.</summary>
/// <param name="File">The graph that is being judged.</param>
/// <param name="Fraction">Share of the whole verification that is done, 0 to 1.</param>
public readonly record struct VerificationProgress(string File, double Fraction);
