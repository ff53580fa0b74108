using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>The pages leave nothing out that they promise to list.</summary>
public sealed class DocumentationTests
{
    private const int MostLinesOfBuildScript = 150;

    [Fact]
    public void Dependencies_EveryReference_IsExplained()
    {
        string reasons = string.Join('\n', Directory.GetFiles(Full("docs/decisions")).Select(File.ReadAllText));

        Assert.All(
            ProjectFile.In("src", "tests", "tools", "build").Values.SelectMany(project => project.Packages).Distinct(),
            package => Assert.Contains(package, reasons));
    }

    [Fact]
    public void BuildScript_OrchestratesOnly_IsShort()
    {
        Assert.InRange(File.ReadLines(Full("build.cake")).Count(), 1, MostLinesOfBuildScript - 1);
    }

    private static string Full(string relative) => Path.Combine(Golden.RepositoryRoot, relative);
}
