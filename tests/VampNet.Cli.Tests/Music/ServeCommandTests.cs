namespace VampNet.Cli.Tests.Music;

public sealed class ServeCommandTests(ExportedModels exported) : IClassFixture<ExportedModels>
{
    [Fact]
    public async Task Serve_UntilItIsStopped_AnswersAndEndsWell()
    {
        using var captured = new CapturedTerminal();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<int> serving = CommandLineHost.RunAsync(
            ["serve", "--models", exported.Models, "--port", "0", "--osc-receive", "0"],
            captured.Terminal,
            stop.Token
        );
        while (!captured.Output.Contains("OSC", StringComparison.Ordinal) && !serving.IsCompleted)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        using var client = new HttpClient();
        string presets = await client.GetStringAsync(
            new Uri($"{captured.Output.Split(": HTTP")[0]}/presets"),
            TestContext.Current.CancellationToken
        );
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Done, await serving);
        Assert.Contains("timbre transfer", presets, StringComparison.Ordinal);
        Assert.Equal("", captured.Error);
    }

    [Fact]
    public async Task Serve_OpenAddressWithoutAToken_IsRefused()
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync("serve", "--models", exported.Models, "--address", "0.0.0.0");

        Assert.Equal(ExitCode.DataRefused, outcome.ExitCode);
        Assert.StartsWith("error VNS0001: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_EmptyTokenFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("token"), "\n");

        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(
            "serve",
            "--models",
            exported.Models,
            "--token-file",
            folder.At("token")
        );

        Assert.StartsWith("error VNL0010: ", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--queue", "0")]
    [InlineData("--coarse-chunk", "0")]
    [InlineData("--fine-chunk", "601")]
    [InlineData("--address", "localhost")]
    public async Task Serve_ValueOutOfRange_IsWrongUsage(params string[] options)
    {
        CapturedTerminal.Outcome outcome = await CapturedTerminal.RunAsync(["serve", "--models", exported.Models, .. options]);

        Assert.Equal(ExitCode.WrongUsage, outcome.ExitCode);
    }
}
