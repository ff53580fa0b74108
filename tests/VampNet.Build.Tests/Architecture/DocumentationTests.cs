using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>Links in the pages lead to files, and their tables are complete.</summary>
public sealed partial class DocumentationTests
{
    private const int MostLinesOfBuildScript = 150;
    private const int MostLinesOfReadme = 75;

    [Fact]
    public void Pages_RelativeLinks_LeadToFiles()
    {
        Assert.Empty(
            Pages()
                .SelectMany(page =>
                    Link()
                        .Matches(File.ReadAllText(page))
                        .Select(link => link.Groups["target"].Value)
                        .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
                        .Select(target => $"{Path.GetFileName(page)} -> {target}")
                )
        );
    }

    [Theory]
    [InlineData("docs/errors")]
    [InlineData("docs/decisions")]
    public void Pages_OfAFolder_AreListedInItsReadme(string folder)
    {
        string list = File.ReadAllText(Full($"{folder}/README.md"));
        string[] pages =
        [
            .. Directory.GetFiles(Full(folder), "*.md").Select(path => Path.GetFileName(path)).Where(name => name != "README.md"),
        ];

        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.Contains($"]({page})", list, StringComparison.Ordinal));
    }

    [Fact]
    public void Dependencies_EveryReference_IsExplained()
    {
        string reasons = string.Join('\n', Directory.GetFiles(Full("docs/decisions")).Select(File.ReadAllText));

        Assert.All(
            ProjectFile.In("src", "tests", "tools", "build").Values.SelectMany(project => project.Packages).Distinct(),
            package => Assert.Contains(package, reasons)
        );
    }

    [Fact]
    public void Readme_EveryCommand_IsInItsTable()
    {
        string readme = File.ReadAllText(Full("README.md"));
        MatchCollection commands = Registered().Matches(File.ReadAllText(Full("src/VampNet.Cli/VampNetCommand.cs")));

        Assert.NotEmpty(commands);
        Assert.All(
            commands,
            command => Assert.Contains($"`vampnet {WordBreak().Replace(command.Groups["name"].Value, "-").ToLowerInvariant()}", readme)
        );
    }

    [Fact]
    public void BuildPage_EveryTaskAndOption_IsInItsTables()
    {
        string page = File.ReadAllText(Full("docs/build.md"));
        string[] tasks =
        [
            .. Described()
                .Matches(File.ReadAllText(Full("build.cake")))
                .Select(task => task.Groups["name"].Value.ToLowerInvariant())
                .Where(name => name != "default"),
        ];
        string[] options =
        [
            .. HelpedOption().Matches(File.ReadAllText(Full("build/options.cake"))).Select(option => option.Groups["name"].Value),
        ];

        Assert.Contains("pack", tasks);
        Assert.Contains("--goal", options);
        Assert.All(tasks, task => Assert.Contains($"`{task}`", page));
        Assert.All(options, option => Assert.Contains($"`{option}", page));
    }

    [Fact]
    public void Readme_FitsOneScreen() => Assert.InRange(File.ReadLines(Full("README.md")).Count(), 1, MostLinesOfReadme);

    [Fact]
    public void Changelog_ItsNewestVersion_IsThatOfThePackages()
    {
        string version = PackageVersion().Match(File.ReadAllText(Full("Directory.Build.props"))).Groups["version"].Value;
        string newest = ReleasedVersion().Match(File.ReadAllText(Full("CHANGELOG.md"))).Groups["version"].Value;

        Assert.Equal(version, newest);
    }

    [Theory]
    [InlineData("LICENSE")]
    [InlineData("SECURITY.md")]
    [InlineData("CODE_OF_CONDUCT.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData(".github/pull_request_template.md")]
    [InlineData(".github/ISSUE_TEMPLATE/bug.yml")]
    [InlineData(".github/ISSUE_TEMPLATE/feature.yml")]
    public void Community_EveryPage_IsThere(string page) => Assert.True(File.Exists(Full(page)));

    [Fact]
    public void Workflow_RunsTheSameChecksOnThreeSystems()
    {
        string workflow = File.ReadAllText(Full(".github/workflows/ci.yml"));

        Assert.All((string[])["ubuntu-", "windows-", "macos-", "bash .ci/run"], part => Assert.Contains(part, workflow));
    }

    [Fact]
    public void BuildScript_OrchestratesOnly_IsShort()
    {
        Assert.InRange(File.ReadLines(Full("build.cake")).Count(), 1, MostLinesOfBuildScript - 1);
    }

    private static IEnumerable<string> Pages() =>
        Directory
            .GetFiles(Golden.RepositoryRoot, "*.md")
            .Concat(
                new[] { "docs", "deploy", "checkpoints", "models", "reports", "samples", ".github" }
                    .Select(Full)
                    .Where(Directory.Exists)
                    .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            );

    private static string Full(string relative) => Path.Combine(Golden.RepositoryRoot, relative);

    [GeneratedRegex(@"\]\((?!https?:|#)(?<target>[^)#]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("""Task\("(?<name>\w+)"\)\s+\.Description""")]
    private static partial Regex Described();

    [GeneratedRegex("""\("(?<name>--[a-z]+)[^"]*", """)]
    private static partial Regex HelpedOption();

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>")]
    private static partial Regex PackageVersion();

    [GeneratedRegex(@"^## \[?(?<version>\d+\.\d+\.\d+)", RegexOptions.Multiline)]
    private static partial Regex ReleasedVersion();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordBreak();

    [GeneratedRegex(@"new (?<name>\w+)Command\(terminal")]
    private static partial Regex Registered();
}
