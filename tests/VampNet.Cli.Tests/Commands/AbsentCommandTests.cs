using System.CommandLine;
using VampNet.Cli.Commands;

namespace VampNet.Cli.Tests.Commands;

public sealed class AbsentCommandTests
{
    [Theory]
    [InlineData("verify")]
    [InlineData("verify", "models/demo", "--checkpoints", "checkpoints/demo")]
    public async Task Command_ThatNeedsLibTorch_SaysWhatIsLackingAndWhereItIs(params string[] line)
    {
        using var captured = new CapturedTerminal();
        var root = new RootCommand { new AbsentCommand(captured.Terminal, "verify", AbsentCommand.Describe("Compares graphs")) };

        int exitCode = await CommandLineHost.RunAsync(root, line, captured.Terminal, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.DataRefused, exitCode);
        Assert.Contains("VNL0141: Found the command verify in vampnet-lite", captured.Error, StringComparison.Ordinal);
        Assert.Contains("dotnet tool install --global vampnet", captured.Error, StringComparison.Ordinal);
    }
}
