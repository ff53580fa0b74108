using VampNet.Cli;

return OpenFileLimit.IsTooLow() ? ExitCode.DataRefused : await RunAsync(args).ConfigureAwait(false);

static async Task<int> RunAsync(string[] arguments)
{
    // Opened first: if few files may be open, the streams must be available for the message about that.
    var terminal = Terminal.OfThisProcess();
    try
    {
        return await CommandLineHost.RunAsync(arguments, terminal, CancellationToken.None).ConfigureAwait(false);
    }
    catch (Exception error) when (ErrorReport.IsUnloadable(error))
    {
        // The command line itself could not be loaded; everything later is reported by the host.
        await terminal.Error.WriteLineAsync($"error {ErrorReport.DescribeUnloadable(error)}").ConfigureAwait(false);
        return ExitCode.DataRefused;
    }
}
