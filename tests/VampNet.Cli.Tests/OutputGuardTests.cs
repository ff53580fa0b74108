using System.Diagnostics;
using VampNet.Cli.Tests.Music;

namespace VampNet.Cli.Tests;

public sealed class OutputGuardTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("a.wav", "a.wav")]
    [InlineData("a.wav", "./a.wav")]
    [InlineData("a.wav", "sub/../a.wav")]
    public async Task Vamp_OutIsIn_IsRefusedAndTheInputKept(string input, string output)
    {
        byte[] before = CopySound(input);

        await RefusedAsync("VNL0021", "vamp", At(input), Path.Combine(_folder.Path, output), "--models", exported.Models);

        Assert.Equal(before, File.ReadAllBytes(At(input)));
    }

    [Fact]
    public async Task Vamp_OutIsALinkToIn_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows asks for rights to make links.");
        CopySound("a.wav");
        File.CreateSymbolicLink(At("link.wav"), At("a.wav"));
        Directory.CreateDirectory(At("real"));
        Directory.CreateSymbolicLink(At("folder"), _folder.Path);

        await RefusedAsync("VNL0021", "vamp", At("a.wav"), At("link.wav"), "--models", exported.Models);
        await RefusedAsync("VNL0021", "vamp", At("a.wav"), Path.Combine(At("folder"), "a.wav"), "--models", exported.Models);
    }

    [Fact]
    public async Task Vamp_OutIsAHardLinkToIn_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the number of a file here.");
        CopySound("a.wav");
        using (var link = System.Diagnostics.Process.Start("ln", [At("a.wav"), At("b.wav")]))
        {
            await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await RefusedAsync("VNL0021", "vamp", At("a.wav"), At("b.wav"), "--models", exported.Models);
    }

    [Theory]
    [InlineData("encode", "a.wav", "a.wav")]
    [InlineData("decode", "a.wav", "a.wav")]
    public async Task Music_OutIsIn_IsRefused(string command, string input, string output)
    {
        byte[] before = CopySound(input);

        await RefusedAsync("VNL0021", command, At(input), At(output), "--models", exported.Models);

        Assert.Equal(before, File.ReadAllBytes(At(input)));
    }

    [Fact]
    public async Task Vamp_PictureIsOut_IsRefused()
    {
        CopySound("a.wav");

        await RefusedAsync("VNL0021", "vamp", At("a.wav"), At("b.wav"), "--models", exported.Models, "--picture", At("b.wav"));
        await RefusedAsync("VNL0021", "vamp", At("a.wav"), At("b.wav"), "--models", exported.Models, "--picture", At("b.json"));
    }

    [Fact]
    public async Task Vamp_ASideFileThatIsNotOurs_IsKept()
    {
        CopySound("a.wav");
        File.WriteAllText(At("manifest.json"), "{ \"format\": \"vampnet-models/1\" }");

        await RefusedAsync("VNL0023", "vamp", At("a.wav"), At("manifest.wav"), "--models", exported.Models);

        Assert.Equal("{ \"format\": \"vampnet-models/1\" }", File.ReadAllText(At("manifest.json")));
    }

    [Fact]
    public async Task Vamp_SettingsOfAnEarlierRunOrOverwrite_AreReplaced()
    {
        CopySound("a.wav");
        string[] line = ["vamp", At("a.wav"), At("b.wav"), "--models", exported.Models, "--steps", "1"];

        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync(line)).ExitCode);
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync(line)).ExitCode);
        File.WriteAllText(At("b.json"), "mine");
        Assert.Equal(ExitCode.DataRefused, (await CapturedTerminal.RunAsync(line)).ExitCode);
        Assert.Equal(ExitCode.Done, (await CapturedTerminal.RunAsync([.. line, "--overwrite"])).ExitCode);
    }

    [Theory]
    [InlineData("optimize")]
    [InlineData("quantize")]
    public async Task Graphs_OutIsInOrItsWeights_IsRefused(string command)
    {
        string graph = Path.Combine(exported.Models, "coarse.onnx");

        await RefusedAsync("VNL0021", command, graph, graph);
    }

    [Theory]
    [InlineData("/dev/full")]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/out.onnx")]
    public async Task Optimize_OutIsADevice_IsRefused(string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has these devices.");

        await RefusedAsync("VNL0022", "optimize", Path.Combine(exported.Models, "coarse.onnx"), output);
    }

    [Fact]
    public async Task Optimize_OutIsAFolder_IsRefused() =>
        await RefusedAsync("VNL0022", "optimize", Path.Combine(exported.Models, "coarse.onnx"), "/");

    [Fact]
    public async Task Optimize_FolderMayNotBeWritten_IsRefusedBeforeTheWork()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("setpriv, which gives up a user's rights, is Linux'.");
            return;
        }

        string folder = Directory.CreateDirectory(At("closed")).FullName;
        UnixFileMode everybody = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        File.SetUnixFileMode(_folder.Path, everybody | owner | UnixFileMode.UserWrite);
        File.SetUnixFileMode(folder, everybody | owner);
        // No graph: were the folder looked at after the work, this would be the error instead.
        File.WriteAllText(At("in.onnx"), "no graph");
        string[] command =
        [
            "dotnet",
            "exec",
            Path.Combine(AppContext.BaseDirectory, "vampnet.dll"),
            "optimize",
            At("in.onnx"),
            Path.Combine(folder, "out.onnx"),
        ];
        string[] asNobody = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. command]
            : command;
        using Process process = Process.Start(
            new ProcessStartInfo(asNobody[0], asNobody[1..]) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith(
            $"error VNL0029: Found the folder {folder}, into which this user may not write, for the output ",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCode.DataRefused, process.ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task RefusedAsync(string id, params string[] arguments)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(arguments);

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith($"error {id}: ", outcome.Error, StringComparison.Ordinal);
    }

    private string At(string name) => _folder.At(name);

    private byte[] CopySound(string name)
    {
        File.Copy(exported.Sound, At(name));
        return File.ReadAllBytes(At(name));
    }
}
