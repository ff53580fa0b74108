using System.Diagnostics;

namespace VampNet.Runtime.Tests;

/// <summary>Runs a test that is marked as explicit in a process of its own, for what is one for a process.</summary>
internal static class OwnProcess
{
    /// <summary>Runs the test; that it passed and that nothing was written to the standard error is asserted here.</summary>
    /// <param name="method">The test method's name.</param>
    /// <param name="environment">A variable of the process's environment.</param>
    public static async Task RunAsync(string method, (string Name, string Value)? environment = null)
    {
        ProcessStartInfo start = new(
            "dotnet",
            [
                "exec",
                Path.Combine(AppContext.BaseDirectory, "VampNet.Runtime.Tests.dll"),
                "-noLogo",
                "-noColor",
                "-explicit",
                "only",
                "-method",
                $"*.{method}",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (environment is var (name, value))
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
        Assert.Equal("", await errors);
    }
}
