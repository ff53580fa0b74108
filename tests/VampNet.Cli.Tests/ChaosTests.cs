using VampNet.Chaos;
using VampNet.Files;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests;

/// <summary>A shortened run of tools/VampNet.Chaos: every file call of every writing command fails once, and some kill the
/// process.</summary>
public sealed class ChaosTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Calls_ThatFail_LeaveTheEarlierFiles()
    {
        CallChaos chaos = await BeginAsync();

        foreach (WritingCommand command in chaos.Commands)
        {
            Assert.Empty((await chaos.FailAsync(command)).Faults);
        }
    }

    [Fact]
    public async Task Calls_ThatKill_LeaveWholeFilesAndNothingInTheWay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps the files of a killed process open for a while.");
        CallChaos chaos = await BeginAsync();

        foreach (WritingCommand command in chaos.Commands)
        {
            Assert.Empty((await chaos.KillAsync(command, stride: 5)).Faults);
        }
    }

    [Fact]
    public async Task HostileFiles_AreRefusedOrTaken()
    {
        ChaosInputs inputs = await ChaosInputs.MakeAsync(Golden.Path("micro"), Directory.CreateDirectory(_folder.At("inputs")).FullName);

        ChaosRow row = await HostileFiles.RunAsync(inputs, Golden.Path("hostile"), _folder.At("out"));

        Assert.True(row.Cases > 0);
        Assert.Empty(row.Faults);
    }

    [Fact]
    public async Task HostileArguments_AreRefusedOrTaken()
    {
        ChaosInputs inputs = await ChaosInputs.MakeAsync(Golden.Path("micro"), Directory.CreateDirectory(_folder.At("inputs")).FullName);

        ChaosRow row = await HostileArguments.RunAsync(inputs, _folder.At("out"), stride: 31);

        Assert.True(row.Cases > 10);
        Assert.Empty(row.Faults);
    }

    public void Dispose()
    {
        FileCalls.Before = null;
        _folder.Dispose();
    }

    private async Task<CallChaos> BeginAsync()
    {
        string inputs = Directory.CreateDirectory(_folder.At("inputs")).FullName;
        return new CallChaos(await ChaosInputs.MakeAsync(Golden.Path("micro"), inputs), _folder.At("out"));
    }
}
