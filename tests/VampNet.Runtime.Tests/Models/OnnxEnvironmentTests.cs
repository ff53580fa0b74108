namespace VampNet.Runtime.Tests.Models;

public sealed class OnnxEnvironmentTests
{
    /// <summary>The environment is one for the process, so each case of <see cref="OnnxEnvironmentCases"/> gets a process.</summary>
    [Theory]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_NoEnvironment_MakesOneWithAPool))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationsEnvironmentWithoutAPool_GivesSessionsTheirOwn))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationsEnvironmentWithAPool_SharesIt))]
    [InlineData(nameof(OnnxEnvironmentCases.Ensure_ApplicationMakesOneMeanwhile_LoadsWhoeverWins))]
    public async Task Ensure_InAProcessOfItsOwn_Holds(string method) => await OwnProcess.RunAsync(method);
}
