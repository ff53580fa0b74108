using System.Diagnostics;
using System.Globalization;

namespace VampNet.Cli.Tests.Music;

public sealed class InterruptedVampTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Vamp_CtrlCWhileGenerating_EndsCleanlyAndLeavesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send.");
        string program = Path.Combine(AppContext.BaseDirectory, "vampnet.dll");
        // A test that runs in the background inherits an ignored SIGINT; env gives it back its default.
        var start = new ProcessStartInfo(
            OperatingSystem.IsLinux() ? "env" : "dotnet",
            [
                .. OperatingSystem.IsLinux() ? ["--default-signal=INT", "dotnet"] : Array.Empty<string>(),
                "exec",
                program,
                "vamp",
                exported.Sound,
                _folder.At("out.wav"),
                "--models",
                exported.Models,
                "--steps",
                "10000",
                "--picture",
                _folder.At("out.png"),
            ]
        )
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        } while (line is not (null or "coarse: chunk 1 of 1"));

        using (Process kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -INT {process.Id}")]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((ExitCode.Cancelled, "Cancelled. Nothing was written under its final name.\n"), (process.ExitCode, rest));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
