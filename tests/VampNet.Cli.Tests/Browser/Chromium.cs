using System.Diagnostics;
using System.Text.Json;

namespace VampNet.Cli.Tests.Browser;

/// <summary>A browser without a window. Tests that need one are skipped where none is installed.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    /// <summary>The program; null where none is on the PATH.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);

    /// <summary>Opens a page, waits until its scripts have finished, and returns what the page shows and logs.</summary>
    /// <param name="page">The page's file.</param>
    /// <param name="scratch">A folder for the browser's profile and log.</param>
    /// <param name="cancellationToken">Stops the browser.</param>
    public static async Task<Visit> OpenAsync(string page, string scratch, CancellationToken cancellationToken)
    {
        string log = Path.Combine(Directory.CreateDirectory(scratch).FullName, "net.json");
        string[] arguments =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--enable-logging=stderr",
            "--virtual-time-budget=10000",
            $"--user-data-dir={scratch}/profile",
            $"--log-net-log={log}",
            "--dump-dom",
            new Uri(page).AbsoluteUri,
        ];
        using Process browser = Process.Start(
            new ProcessStartInfo(Program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> dom = browser.StandardOutput.ReadToEndAsync(cancellationToken);
        string[] lines = (await browser.StandardError.ReadToEndAsync(cancellationToken)).Split('\n');
        await browser.WaitForExitAsync(cancellationToken);
        return new Visit(
            await dom,
            [.. lines.Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))],
            Requests(await File.ReadAllTextAsync(log, cancellationToken))
        );
    }

    // The browser asks for things of its own (time, updates); only what a page asks for has an origin.
    private static string[] Requests(string netLog)
    {
        using JsonDocument json = JsonDocument.Parse(netLog);
        return
        [
            .. json
                .RootElement.GetProperty("events")
                .EnumerateArray()
                .Select(each =>
                    each.TryGetProperty("params", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object
                        ? parameters
                        : default
                )
                .Where(request =>
                    request.ValueKind == JsonValueKind.Object
                    && request.TryGetProperty("initiator", out JsonElement origin)
                    && origin.GetString() != "not an origin"
                )
                .Select(request => request.GetProperty("url").GetString()!)
                .Distinct(),
        ];
    }

    /// <param name="Dom">The page after its scripts ran.</param>
    /// <param name="Console">What the page wrote to the console: errors, refusals, messages.</param>
    /// <param name="Requests">The addresses that the page asked for, data within it left out.</param>
    internal sealed record Visit(string Dom, string[] Console, string[] Requests);
}
