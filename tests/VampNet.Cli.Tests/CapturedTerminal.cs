namespace VampNet.Cli.Tests;

/// <summary>Runs command lines in this process and keeps what they print.</summary>
internal sealed class CapturedTerminal : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    /// <param name="errorIsWatched">Whether a person is to be thought watching the error stream.</param>
    public CapturedTerminal(bool errorIsWatched = false) => Terminal = new Terminal(_output, _error, errorIsWatched: errorIsWatched);

    public Terminal Terminal { get; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var captured = new CapturedTerminal();
        int exitCode = await CommandLineHost.RunAsync(arguments, captured.Terminal, TestContext.Current.CancellationToken);
        return new Outcome(exitCode, captured.Output, captured.Error);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    internal sealed record Outcome(int ExitCode, string Output, string Error);
}
