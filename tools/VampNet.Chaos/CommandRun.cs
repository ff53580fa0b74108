using VampNet.Cli;

namespace VampNet.Chaos;

/// <summary>Runs command lines of vampnet in this process.</summary>
internal static class CommandRun
{
    /// <summary>Runs one.</summary>
    /// <returns>Its exit code and what it wrote to the error stream.</returns>
    public static Task<(int ExitCode, string Error)> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    /// <summary>Runs one that may be stopped.</summary>
    /// <returns>Its exit code and what it wrote to the error stream.</returns>
    public static async Task<(int ExitCode, string Error)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        int exitCode = await CommandLineHost.RunAsync(arguments, new Terminal(output, error), cancellationToken).ConfigureAwait(false);
        return (exitCode, error.ToString());
    }

    /// <summary>Runs one that must succeed.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static async Task RequireDoneAsync(params string[] arguments)
    {
        (int exitCode, string error) = await RunAsync(arguments).ConfigureAwait(false);
        if (exitCode != ExitCode.Done)
        {
            throw new InvalidOperationException($"vampnet {string.Join(' ', arguments)} ended with {exitCode}:\n{error}");
        }
    }
}
