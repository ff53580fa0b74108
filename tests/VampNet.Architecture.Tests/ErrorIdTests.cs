using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Architecture.Tests;

public sealed partial class ErrorIdTests
{
    [Fact]
    public void EveryErrorId_IsDocumented_AndNothingElseIs() =>
        Assert.Equal(IdsIn("src/VampNet.Architecture", "*.cs"), IdsIn("docs/errors", "architecture.md"));

    [Fact]
    public void EveryErrorId_IsProvokedByATest() =>
        Assert.Empty(IdsIn("src/VampNet.Architecture", "*.cs").Except(IdsIn("tests/VampNet.Architecture.Tests", "*Tests.cs")));

    private static SortedSet<string> IdsIn(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot, folder), pattern, SearchOption.AllDirectories)
            .SelectMany(file => QuotedId().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)),
    ];

    [GeneratedRegex("(?:\"|\\| )(VNA[0-9]{4})(?:\"| \\|)")]
    private static partial Regex QuotedId();
}
