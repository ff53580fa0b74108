namespace VampNet.Cli;

/// <summary>Thrown for options that are valid separately but not together: wrong usage, exit code 2.</summary>
/// <param name="message">Correction for the user, one sentence.</param>
internal sealed class UsageException(string message) : Exception(message);
