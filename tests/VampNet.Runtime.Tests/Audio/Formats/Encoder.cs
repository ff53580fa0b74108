using System.Diagnostics;

namespace VampNet.Runtime.Tests.Audio.Formats;

/// <summary>Runs the programs that make a test's audio files; a test is skipped where one is missing.</summary>
internal static class Encoder
{
    public static async Task RunAsync(string program, params string[] arguments)
    {
        string? path = Find(program);
        Assert.SkipWhen(path is null, $"There is no {program} on the PATH to make the file with.");
        using Process process = Process.Start(
            new ProcessStartInfo(path!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, program + ".exe") })
            .FirstOrDefault(File.Exists);
}
