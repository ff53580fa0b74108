namespace VampNet.Reporting.Benchmarking;

/// <summary>The work of a timed run. Two times may be compared only when this is equal.</summary>
/// <param name="Task">Name of the computation, such as <c>coarse.onnx</c>.</param>
/// <param name="Inputs">Names and shapes of what was fed, such as <c>codes [1,4,173]</c>.</param>
/// <param name="InputSha256">SHA-256 of the values fed: the tokens, and which of them are masked.</param>
/// <param name="Steps">Forward passes, 1 or more.</param>
/// <param name="Threads">Threads for one operator, 1 or more.</param>
/// <param name="Provider">The execution provider with its options, such as <c>cpu</c>.</param>
public sealed record EqualWork(string Task, string Inputs, string InputSha256, int Steps, int Threads, string Provider)
{
    /// <summary>The differences from other work, each as <c>what: this, other</c>; empty when the work is equal.</summary>
    public IEnumerable<string> DifferencesFrom(EqualWork other)
    {
        ArgumentNullException.ThrowIfNull(other);
        (string What, object This, object Other)[] parts =
        [
            ("task", Task, other.Task),
            ("inputs", Inputs, other.Inputs),
            ("tokens or mask", InputSha256, other.InputSha256),
            ("steps", Steps, other.Steps),
            ("threads", Threads, other.Threads),
            ("provider", Provider, other.Provider),
        ];
        return parts.Where(part => !part.This.Equals(part.Other)).Select(part => $"{part.What}: {part.This}, {part.Other}");
    }
}
