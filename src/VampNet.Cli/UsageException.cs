namespace VampNet.Cli;

/// <summary>Options that are right one by one but not together: wrong usage, exit code 2.</summary>
/// <param name="message">What to give instead, one sentence.</param>
internal sealed class UsageException(string message) : Exception(message);
