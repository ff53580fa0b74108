using System.Diagnostics;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Browser;

/// <summary>Node.js, for tests of web/.</summary>
internal static class NodeProgram
{
    /// <summary>The folder of the page's sources.</summary>
    public static string Web { get; } = Path.Combine(Golden.RepositoryRoot, "web");

    /// <summary>Whether the page's packages are installed.</summary>
    public static bool HasPackages => Directory.Exists(Path.Combine(Web, "node_modules/playwright-core"));

    /// <summary>The program's path; null where there is none.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "node"))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a script to its end, and expects it to succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using Process node = Process.Start(
            new ProcessStartInfo(Find()!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        try
        {
            Task<string> said = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string problem = await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(node.ExitCode == 0, $"{await said}\n{problem}");
            return await said;
        }
        finally
        {
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }
    }
}
