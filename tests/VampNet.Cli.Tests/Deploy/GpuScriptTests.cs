using System.Diagnostics;
using VampNet.Cli.Tests.Batch;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests.Deploy;

/// <summary>deploy/gpus: a process for each GPU. The GPUs are made up, and the command that is started computes on the CPU.</summary>
public sealed class GpuScriptTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Script => Path.Combine(Golden.RepositoryRoot, "deploy/gpus/vampnet-batch.sh");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Script_GpusOfTheDriver_DoTheWholeBetweenThem(int gpus)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script is for Linux.");
        MakeSounds(4);
        string[] words = ["encode", At("in"), "--models", exported.Models, "--threads", "1", "--out"];
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync(["batch", .. words, At("whole")])).ExitCode);
        WriteProgram("nvidia-smi", $"for i in $(seq 1 {gpus}); do echo \"GPU $i: made up\"; done");

        (int exitCode, string error) = await RunAsync([.. words, At("parts")]);

        Assert.True(exitCode == ExitCode.Done, error);
        Assert.Equal(
            Enumerable.Range(0, gpus).Select(gpu => $"--shard {gpu}/{gpus} --provider cuda:{gpu}"),
            File.ReadLines(At("started")).Order(StringComparer.Ordinal)
        );
        Assert.Equal(FolderContents.Of(At("whole")), FolderContents.Of(At("parts")));
    }

    [Fact]
    public async Task Script_NoGpu_SaysSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script is for Linux.");
        WriteProgram("nvidia-smi", "exit 9");

        (int exitCode, string error) = await RunAsync(["encode", "in", "--out", "out"]);

        Assert.Equal(ExitCode.DataRefused, exitCode);
        Assert.StartsWith("Found 0 GPUs. Expected at least one", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_APartThatFails_GivesItsExitCode()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The script is for Linux.");
        MakeSounds(2);
        File.WriteAllText(At("in/damaged.wav"), "no sound");
        WriteProgram("nvidia-smi", "echo 'GPU 0: made up'; echo 'GPU 1: made up'");

        (int exitCode, _) = await RunAsync(["encode", At("in"), "--models", exported.Models, "--out", At("out")]);

        Assert.Equal(ExitCode.DataRefused, exitCode);
        Assert.Equal(2, Directory.GetFiles(At("out"), "*.safetensors").Length);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int ExitCode, string Error)> RunAsync(string[] words)
    {
        // Notes which GPU it was given, and computes on the CPU: the last two words name the provider.
        WriteProgram(
            "vampnet",
            $$"""
            echo "${@: -4}" >> '{{At("started")}}'
            exec dotnet exec '{{Path.Combine(AppContext.BaseDirectory, "vampnet.dll")}}' "${@:1:$#-2}" --provider cpu
            """
        );
        ProcessStartInfo start = new("bash", [Script, .. words]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("VAMPNET");
        start.Environment.Remove("GPUS");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }

    private void MakeSounds(int count)
    {
        Directory.CreateDirectory(At("in"));
        for (int i = 0; i < count; i++)
        {
            File.Copy(i % 2 == 0 ? exported.Sound : exported.OtherSound, At($"in/{i:00}.wav"));
        }
    }

    private void WriteProgram(string name, string body)
    {
        Directory.CreateDirectory(At("bin"));
        string path = At($"bin/{name}");
        File.WriteAllText(path, $"#!/bin/bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string At(string name) => _folder.At(name);
}
