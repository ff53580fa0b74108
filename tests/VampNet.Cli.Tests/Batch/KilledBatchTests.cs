using System.Diagnostics;
using VampNet.Cli.Tests.Music;

namespace VampNet.Cli.Tests.Batch;

public sealed class KilledBatchTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private const int Files = 6;

    private readonly TemporaryFolder _folder = new();

    // Kills the process while it makes one file after another, at different moments of it, and runs the same command again.
    [Fact]
    public async Task Run_KilledAtAnyMomentAndRepeated_GivesWhatAnUndisturbedRunGives()
    {
        Directory.CreateDirectory(_folder.At("in"));
        for (int i = 0; i < Files; i++)
        {
            File.Copy(i % 2 == 0 ? exported.Sound : exported.OtherSound, _folder.At($"in/{i}.wav"));
        }

        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync(Line("whole"))).ExitCode);
        int killed = 0;
        for (int file = 1; file <= Files; file++)
        {
            killed += await KillAsync(file, TimeSpan.FromMilliseconds(7 * file)) ? 1 : 0;
        }

        CapturedTerminal.Outcome last = await CapturedTerminal.RunAsync(Line("killed"));

        Assert.True(killed > 0, "Every run ended before it was killed: nothing was tested.");
        Assert.Equal(ExitCode.Done, last.ExitCode);
        Assert.Equal(FolderContents.Of(_folder.At("whole")), FolderContents.Of(_folder.At("killed")));
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync("batch", "summary", _folder.At("killed"))).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Line(string output) =>
        ["batch", "vamp", _folder.At("in"), "--out", _folder.At(output), "--models", exported.Models, "--steps", "1", "--batch", "2"];

    private async Task<bool> KillAsync(int file, TimeSpan delay)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "vampnet.dll");
        using Process process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, .. Line("killed")])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        } while (line is not null && !line.StartsWith($"{file} of ", StringComparison.Ordinal));

        await Task.Delay(delay, TestContext.Current.CancellationToken);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode != ExitCode.Done;
    }
}
