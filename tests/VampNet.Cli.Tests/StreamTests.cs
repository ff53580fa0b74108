using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VampNet.Cli.Tests.Music;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests;

/// <summary>What the real process does with its streams and signals.</summary>
public sealed class StreamTests(ExportedModels exported) : IClassFixture<ExportedModels>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("-")]
    [InlineData("/dev/stdout")]
    public async Task Vamp_ToStandardOutput_GivesTheBytesOfTheFile(string output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The shell that redirects here is not Windows'.");

        Assert.Equal(0, await ShellAsync($"{Vamp(output)} > '{_folder.At("piped.wav")}'"));
        Assert.Equal(0, await ShellAsync(Vamp(_folder.At("file.wav"))));

        Assert.Equal(File.ReadAllBytes(_folder.At("file.wav")), File.ReadAllBytes(_folder.At("piped.wav")));
        Assert.Equal(["file.json", "file.wav", "piped.wav"], Names());
    }

    [Fact]
    public async Task Decode_ToStandardOutput_GivesTheBytesOfTheFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The shell that redirects here is not Windows'.");
        string codes = _folder.At("codes.safetensors");
        Assert.Equal(0, await ShellAsync($"{Command} encode '{exported.Sound}' '{codes}' --models '{exported.Models}'"));

        Assert.Equal(
            0,
            await ShellAsync($"{Command} decode '{codes}' /dev/stdout --models '{exported.Models}' > '{_folder.At("piped.wav")}'")
        );
        Assert.Equal(0, await ShellAsync($"{Command} decode '{codes}' '{_folder.At("file.wav")}' --models '{exported.Models}'"));

        Assert.Equal(File.ReadAllBytes(_folder.At("file.wav")), File.ReadAllBytes(_folder.At("piped.wav")));
    }

    [Fact]
    public async Task Verify_ReportToStandardOutput_IsNothingButJson()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The shell that redirects here is not Windows'.");
        string report = _folder.At("report.json");

        Assert.Equal(
            0,
            await ShellAsync($"{Command} verify '{exported.Models}' --checkpoints '{Golden.Path("micro")}' --report - > '{report}'")
        );

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(report));
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("> /dev/full")]
    [InlineData("2> /dev/full")]
    public async Task Vamp_StreamClosedOrFull_WritesAllItsFiles(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has /dev/full.");

        int exitCode = await ShellAsync($"{Vamp(_folder.At("out.wav"))} {redirection}");

        Assert.Contains(exitCode, (int[])[ExitCode.Done, ExitCode.DataRefused]);
        Assert.Equal(["out.json", "out.wav"], Names());
    }

    [Fact]
    public async Task Vamp_TerminalGone_EndsAsWithCtrlC()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send.");
        // A test that runs under nohup inherits an ignored SIGHUP, which the command respects; env gives it back its default.
        string program = OperatingSystem.IsLinux() ? "exec env --default-signal=HUP" : "exec";
        string vamp = Vamp(_folder.At("out.wav")).Replace("--steps 1", "--steps 10000", StringComparison.Ordinal);
        using Process process = Start($"{program} {vamp}");
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is not (null or "coarse: chunk 1 of 1")) { }

        using (var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -HUP {process.Id}")]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Cancelled, process.ExitCode);
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(127)]
    public async Task Vamp_FewFilesAllowed_IsRefusedInWords(int limit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by Linux' shell.");
        using Process process = Start(string.Create(CultureInfo.InvariantCulture, $"ulimit -n {limit}; {Vamp(_folder.At("out.wav"))}"));
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith(
            $"error VNL0028: Found that this process may have {limit} files open at once.\n",
            error,
            StringComparison.Ordinal
        );
        Assert.Equal(ExitCode.DataRefused, process.ExitCode);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Vamp_FilesAllowedThatItNeeds_WritesItsSound()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by Linux' shell.");

        // Handles that the test's own process hands down count too.
        Assert.Equal(ExitCode.Done, await ShellAsync($"ulimit -n 256; {Vamp(_folder.At("out.wav"))}"));
    }

    public void Dispose() => _folder.Dispose();

    private static string Command => $"dotnet exec '{Path.Combine(AppContext.BaseDirectory, "vampnet.dll")}'";

    private string Vamp(string output) => $"{Command} vamp '{exported.Sound}' '{output}' --models '{exported.Models}' --steps 1";

    private static async Task<int> ShellAsync(string line)
    {
        using Process process = Start(line);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private static Process Start(string line) =>
        Process.Start(new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(path => Path.GetFileName(path)).Order()];
}
