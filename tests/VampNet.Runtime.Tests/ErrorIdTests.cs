using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Runtime.Tests;

public sealed partial class ErrorIdTests
{
    [Fact]
    public void EveryId_InTheSource_IsDocumentedAndProvokedByATest()
    {
        string[] raised = Ids("src/VampNet.Runtime", QuotedId());

        Assert.NotEmpty(raised);
        Assert.Equal(raised, Ids("docs/errors", DocumentedId()));
        Assert.Empty(raised.Except(Ids("tests/VampNet.Runtime.Tests", QuotedId())));
    }

    private static string[] Ids(string folder, Regex pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot, folder), "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith("runtime.md", StringComparison.Ordinal))
            .SelectMany(path => pattern.Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Order(StringComparer.Ordinal)];

    [GeneratedRegex("\"(VNR\\d{4})\"")]
    private static partial Regex QuotedId();

    [GeneratedRegex("^\\| (VNR\\d{4}) \\|", RegexOptions.Multiline)]
    private static partial Regex DocumentedId();
}
