using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Validation.Tests;

public sealed partial class ErrorIdTests
{
    [Fact]
    public void EveryId_InTheSource_IsDocumentedAndProvokedByATest()
    {
        string[] raised = Ids("src/VampNet.Validation", "*.cs", AnyId());

        Assert.NotEmpty(raised);
        Assert.Equal(raised, Ids("docs/errors", "validation.md", DocumentedId()));
        Assert.Empty(raised.Except(Ids("tests/VampNet.Validation.Tests", "*.cs", AnyId())));
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
    [GeneratedRegex("^(?!\\s*///).*?\\b(VNV\\d{4})\\b", RegexOptions.Multiline)]
    private static partial Regex AnyId();

    [GeneratedRegex("^\\| (VNV\\d{4}) \\|", RegexOptions.Multiline)]
    private static partial Regex DocumentedId();
}
