using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests;

public sealed partial class ErrorIdTests
{
    [Fact]
    public void EveryId_InTheSource_IsDocumentedAndProvokedByATest()
    {
        string[] raised = Ids("src/VampNet.Cli", "*.cs", AnyId());

        Assert.NotEmpty(raised);
        Assert.Equal(raised, Ids("docs/errors", "command-line.md", DocumentedId()));
        Assert.Empty(raised.Except(Ids("tests/VampNet.Cli.Tests", "*.cs", AnyId())));
    }

    private static string[] Ids(string folder, string files, Regex pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot, folder), files, SearchOption.AllDirectories)
            .SelectMany(path => pattern.Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    // Not behind three slashes: a comment raises nothing.
    [GeneratedRegex("^(?!\\s*///).*?\\b(VNL\\d{4})\\b", RegexOptions.Multiline)]
    private static partial Regex AnyId();

    [GeneratedRegex("^\\| (VNL\\d{4}) \\|", RegexOptions.Multiline)]
    private static partial Regex DocumentedId();
}
