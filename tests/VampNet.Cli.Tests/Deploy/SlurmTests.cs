using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Tests.Batch;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Deploy;

public sealed class SlurmTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private const int Files = 24;
    private const int Tasks = 8;
    private const int KilledTask = 3;
    private const int SecondsToEnd = 240;

    private readonly TemporaryFolder _folder = new();

    private static string Script => Path.Combine(Golden.RepositoryRoot, "deploy/slurm/vampnet-batch.sh");

    [Fact]
    public async Task JobArray_OneTaskKilledAndRequeued_GivesWhatOneRunGives()
    {
        Assert.SkipWhen(SlurmCluster.Lack is not null, SlurmCluster.Lack ?? "");
        MakeInputs();
        string[] options = ["--models", exported.Models, "--steps", "300"];
        CapturedTerminal.Outcome whole = await CapturedTerminal.RunAsync([
            "batch",
            "vamp",
            _folder.At("in"),
            "--out",
            _folder.At("whole"),
            "--threads",
            "1",
            .. options,
        ]);
        Assert.Equal(ExitCode.Done, whole.ExitCode);

        await using SlurmCluster cluster = await SlurmCluster.StartAsync(Directory.CreateDirectory(_folder.At("slurm")).FullName);
        string job = (
            await cluster.RunAsync(
                "sbatch",
                [
                    "--parsable",
                    $"--array=0-{Tasks - 1}",
                    "--cpus-per-task=1",
                    $"--export=ALL,VAMPNET={_folder.At("vampnet")}",
                    Script,
                    "vamp",
                    _folder.At("in"),
                    "--out",
                    _folder.At("parts"),
                    .. options,
                ]
            )
        ).Trim();
        Assert.Matches("^[0-9]+$", job);
        await KillAsync(cluster);
        await UntilAsync(
            cluster,
            async () => (await StateAsync(cluster, $"{job}_{KilledTask}")).Contains("FAILED", StringComparison.Ordinal)
        );
        Assert.Empty(await cluster.RunAsync("scontrol", "requeue", $"{job}_{KilledTask}"));
        await UntilAsync(
            cluster,
            async () =>
                string.IsNullOrWhiteSpace(
                    await cluster.RunAsync("squeue", "--noheader", $"--jobs={job}", "--states=PENDING,RUNNING,COMPLETING,REQUEUED")
                )
        );

        Assert.Equal(FolderContents.Of(_folder.At("whole")), FolderContents.Of(_folder.At("parts")));
        CapturedTerminal.Outcome summary = await CapturedTerminal.RunAsync("batch", "summary", _folder.At("parts"), "--json");
        Assert.Equal(ExitCode.Done, summary.ExitCode);
        using JsonDocument json = JsonDocument.Parse(summary.Output);
        Assert.Equal(Files, json.RootElement.GetProperty("finished").GetInt32());
        Assert.Equal(
            Enumerable.Range(0, Tasks).Select(task => task == KilledTask ? 2 : 1),
            json.RootElement.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("runs").GetInt32())
        );
    }

    [Fact]
    public async Task Script_WithoutArguments_SaysWhatItExpects()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no bash.");
        using Process process = Process.Start(new ProcessStartInfo("bash", [Script]) { RedirectStandardError = true })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.WrongUsage, process.ExitCode);
        Assert.StartsWith("Found no arguments. Expected those of vampnet batch", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> StateAsync(SlurmCluster cluster, string task) =>
        await cluster.RunAsync("squeue", "--noheader", $"--jobs={task}", "--states=all", "--format=%T");

    private static async Task UntilAsync(SlurmCluster cluster, Func<Task<bool>> holds)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await holds())
        {
            if (waited.Elapsed.TotalSeconds > SecondsToEnd)
            {
                Assert.Fail($"{await cluster.RunAsync("squeue", "--states=all")}\n{await cluster.LogsAsync()}");
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private void MakeInputs()
    {
        Directory.CreateDirectory(_folder.At("in"));
        for (int i = 0; i < Files; i++)
        {
            File.Copy(i % 2 == 0 ? exported.Sound : exported.OtherSound, _folder.At($"in/{i:00}.wav"));
        }

        string program = _folder.At("vampnet");
        File.WriteAllText(program, $"#!/bin/sh\nexec dotnet exec {Path.Combine(AppContext.BaseDirectory, "vampnet.dll")} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // The task is killed when it has finished its first file, and so is at work on its second.
    private async Task KillAsync(SlurmCluster cluster)
    {
        string log = _folder.At($"parts/.vampnet-batch/logs/shard-{KilledTask}-of-{Tasks}.jsonl");
        await UntilAsync(
            cluster,
            () => Task.FromResult(File.Exists(log) && File.ReadAllText(log).Contains("\"finished\"", StringComparison.Ordinal))
        );
        int[] processes =
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Where(name => Reads($"/proc/{name}/cmdline", "vampnet.dll") && Reads($"/proc/{name}/cmdline", _folder.At("parts")))
                .Where(name => Reads($"/proc/{name}/environ", $"SLURM_ARRAY_TASK_ID={KilledTask}\0"))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
        ];
        using Process process = Process.GetProcessById(Assert.Single(processes));
        process.Kill();
    }

    private static bool Reads(string file, string text)
    {
        try
        {
            return File.ReadAllText(file).Contains(text, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // The process has ended.
            return false;
        }
    }
}
