namespace VampNet.Cli.Batch;

/// <summary>An item that failed.</summary>
/// <param name="Item">The path of its output below the output folder.</param>
/// <param name="Error">Why.</param>
internal sealed record BatchFailure(string Item, string Error);
