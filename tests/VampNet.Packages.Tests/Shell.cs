using System.Diagnostics;

namespace VampNet.Packages.Tests;

/// <summary>Programs that the tests start.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end; a failure shows all it wrote.</summary>
    /// <returns>What it wrote to both streams.</returns>
    public static string Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The child must not inherit this process's settings.
        start.Environment.Remove("CI");
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        text += error.Result;
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{text}");
        return text;
    }
}
