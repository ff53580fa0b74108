namespace VampNet.Server;

/// <summary>The status of a request as clients see it.</summary>
/// <param name="Id">The request.</param>
/// <param name="State">Its state.</param>
/// <param name="Stage">Encode, coarse, fine or decode while it runs; null otherwise.</param>
/// <param name="Fraction">The share of that stage that is done, 0 to 1.</param>
/// <param name="Variations">Results to fetch; 0 before it is done.</param>
/// <param name="Error">Message of the error that it failed with; null otherwise.</param>
public sealed record JobStatus(string Id, JobState State, string? Stage, double Fraction, int Variations, string? Error)
{
    /// <summary>Whether the request has ended.</summary>
    internal bool IsFinal => State is JobState.Done or JobState.Failed or JobState.Cancelled;
}
