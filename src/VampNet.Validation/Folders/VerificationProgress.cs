namespace VampNet.Validation.Folders;

/// <summary>How far a verification, or the measuring for a report, is.</summary>
/// <param name="File">The graph, or the music, that is being judged or measured.</param>
/// <param name="Fraction">Share of the whole that is done, 0 to 1.</param>
public readonly record struct VerificationProgress(string File, double Fraction);
