namespace VampNet.Chaos;

/// <summary>The result of one kind of fault injection.</summary>
/// <param name="Subject">Command or file that was troubled.</param>
/// <param name="Trouble">Kind of trouble.</param>
/// <param name="Cases">Number of cases.</param>
/// <param name="Faults">Faults, a line for each; empty when there were none.</param>
internal sealed record ChaosRow(string Subject, string Trouble, int Cases, IReadOnlyList<string> Faults);
