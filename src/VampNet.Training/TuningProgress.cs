using System.Collections.Immutable;

namespace VampNet.Training;

/// <summary>The progress of a run.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Steps">Steps to take.</param>
/// <param name="Loss">The loss of the last step in nats; NaN before the first.</param>
/// <param name="TokensPerSecond">Tokens trained on per second, since this process began.</param>
/// <param name="TimeLeft">The time left at this speed, or to the time limit; null before the first step.</param>
/// <param name="HeldOut">The held-out loss just measured, in nats by mask ratio; empty otherwise.</param>
public readonly record struct TuningProgress(
    long Step,
    int Steps,
    double Loss,
    double TokensPerSecond,
    TimeSpan? TimeLeft,
    ImmutableArray<double> HeldOut
);
