using System.Diagnostics;
using VampNet.TestSupport;
using VampNet.Validation.Folders;

namespace VampNet.Cli.Tests.Commands;

public sealed class KilledExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Kills the process as soon as it says that it begins a step, at one step after another. Whichever instruction
    // that hits, the folder must be absent or whole, and the next export must not be disturbed by what was left.
    [Fact]
    public async Task Export_KilledAtAnyStep_LeavesNoFileUnderItsFinalName()
    {
        string models = _folder.At("models");
        int killedInTime = 0;
        foreach (int step in (int[])[1, 3, 4, 5, 6, 8, 10])
        {
            await KillAtStepAsync(step, models);
            if (Directory.Exists(models))
            {
                new ModelFolder(models).RequireUnchanged(new ModelFolder(models).ReadManifest());
                Directory.Delete(models, recursive: true);
            }
            else
            {
                killedInTime++;
            }
        }

        Assert.True(killedInTime > 0, "Every export ended before it was killed: nothing was tested.");
        CapturedTerminal.Outcome next = await CapturedTerminal.RunAsync("export", "--checkpoints", Golden.Path("tiny"), "--out", models);
        Assert.Equal(ExitCode.Done, next.ExitCode);
        Assert.Equal(["models"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task KillAtStepAsync(int step, string models)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "vampnet.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, "export", "--checkpoints", Golden.Path("tiny"), "--out", models])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        for (
            int line = 0;
            line < step && await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is not null;
            line++
        ) { }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
