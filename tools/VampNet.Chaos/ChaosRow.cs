namespace VampNet.Chaos;

/// <summary>The result of one kind of fault injection.</summary>
/// <param name="Subject">What was troubled.</param>
/// <param name="Trouble">How.</param>
/// <param name="Cases">How often.</param>
/// <param name="Faults">What was wrong, a line for each; empty when all held.</param>
internal sealed record ChaosRow(string Subject, string Trouble, int Cases, IReadOnlyList<string> Faults);
