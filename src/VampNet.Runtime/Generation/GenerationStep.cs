namespace VampNet.Runtime.Generation;

/// <summary>The result of one step of <see cref="TokenGenerator"/>.</summary>
/// <param name="Step">Steps done, from 1.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Codes">[B,C,T] as the next step will read them, MASK where tokens were given up again. Valid during the call only.</param>
public readonly record struct GenerationStep(int Step, int Steps, TokenGrid<long> Codes);
