using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>The pages point at what exists, and leave nothing out that they promise to list.</summary>
public sealed partial class DocumentationTests
{
    private const int MostLinesOfBuildScript = 150;

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
            command => Assert.Contains($"| `vampnet {WordBreak().Replace(command.Groups["name"].Value, "-").ToLowerInvariant()}", readme)
        );
    }

    [Fact]
    public void Readme_EveryTaskAndOptionOfTheBuild_IsInItsTables()
    {
        string readme = File.ReadAllText(Full("README.md"));
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
        Assert.All(tasks, task => Assert.Contains($"`{task}`", readme));
        Assert.All(options, option => Assert.Contains($"`{option}", readme));
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
                new[] { "docs", "deploy", "checkpoints", "models", "reports" }
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

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordBreak();

    [GeneratedRegex(@"new (?<name>\w+)Command\(terminal")]
    private static partial Regex Registered();
}
