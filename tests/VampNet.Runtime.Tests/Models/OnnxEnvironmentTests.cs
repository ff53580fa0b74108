using System.Diagnostics;

namespace VampNet.Runtime.Tests.Models;

public sealed class OnnxEnvironmentTests
{
    /// <summary>The environment is one for the process, so each case of <see cref="OnnxEnvironmentCases"/> gets a process.</summary>
    [Theory]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_NoEnvironment_MakesOneWithAPool))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationsEnvironmentWithoutAPool_GivesSessionsTheirOwn))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationsEnvironmentWithAPool_SharesIt))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationMakesOneMeanwhile_LoadsWhoeverWins))]
    public async Task Ensure_InAProcessOfItsOwn_Holds(string method)
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
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", output);
        Assert.Equal("", await errors);
    }
}
