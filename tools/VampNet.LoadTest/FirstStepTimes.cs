namespace VampNet.LoadTest;

/// <summary>Milliseconds from the start of a request until the client has read an answer.</summary>
/// <param name="Accepted">The answer to the request: the server has read the recording.</param>
/// <param name="Encoded">The event that the recording is encoded.</param>
/// <param name="Step">The event of the first coarse step: the first tokens are chosen.</param>
public sealed record FirstStepTimes(double Accepted, double Encoded, double Step);
