namespace VampNet.Validation.Folders;

/// <summary>The progress of a verification, or of the measurements of a report.</summary>
/// <param name="File">The graph, or the music, that is being judged or measured.</param>
/// <param name="Fraction">Share of the whole that is done, 0 to 1.</param>
public readonly record struct VerificationProgress(string File, double Fraction);
