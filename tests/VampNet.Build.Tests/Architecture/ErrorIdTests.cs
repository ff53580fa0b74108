using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>Error ids are stable names that users look up: each belongs to one project, has a row under docs/errors, and is provoked by a
/// test of that project.</summary>
public sealed partial class ErrorIdTests
{
    private static readonly Dictionary<string, (string Source, string Tests)> Owners = new()
    {
        ["VNA"] = ("src/VampNet.Architecture", "tests/VampNet.Architecture.Tests"),
        ["VNB"] = ("build", "tests/VampNet.Build.Tests"),
        ["VNC"] = ("src/VampNet.Checkpoints", "tests/VampNet.Checkpoints.Tests"),
        ["VNE"] = ("src/VampNet.Export", "tests/VampNet.Export.Tests"),
        ["VNI"] = ("src/VampNet.Inference", "tests/VampNet.Inference.Tests"),
        ["VNL"] = ("src/VampNet.Cli", "tests/VampNet.Cli.Tests"),
        ["VNM"] = ("src/VampNet.Models", "tests/VampNet.Export.Tests"),
        ["VNO"] = ("src/VampNet.Onnx", "tests/VampNet.Onnx.Tests"),
        ["VNP"] = ("src/VampNet.Reporting", "tests/VampNet.Reporting.Tests"),
        ["VNQ"] = ("src/VampNet.Quantization", "tests/VampNet.Quantization.Tests"),
        ["VNR"] = ("src/VampNet.Runtime", "tests/VampNet.Runtime.Tests"),
        ["VNS"] = ("src/VampNet.Server", "tests/VampNet.Server.Tests"),
        ["VNT"] = ("src/VampNet.Training", "tests/VampNet.Training.Tests"),
        ["VNV"] = ("src/VampNet.Validation", "tests/VampNet.Validation.Tests"),
    };

    public static TheoryData<string> Prefixes => [.. Owners.Keys];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Ids_OfAProject_AreProvokedByItsTests(string prefix)
    {
        string tests = string.Join('\n', Sources(Owners[prefix].Tests).Select(File.ReadAllText));

        Assert.Empty(
            Raised(prefix).Where(id => !id.Any(name => Regex.IsMatch(tests, $@"\b{Regex.Escape(name)}\b"))).Select(id => id.Key).Order()
        );
    }

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Ids_OfAProject_AreDocumented_AndNothingElseIs(string prefix)
    {
        string[] documented =
        [
            .. Directory
                .GetFiles(Full("docs/errors"), "*.md")
                .SelectMany(page => Row().Matches(File.ReadAllText(page)))
                .Select(row => row.Groups["id"].Value),
        ];

        Assert.NotEmpty(Raised(prefix));
        Assert.Equal(
            Raised(prefix).Select(id => id.Key).Order(),
            documented.Where(id => id.StartsWith(prefix, StringComparison.Ordinal)).Order()
        );
    }

    [Fact]
    public void Ids_InTheSource_BelongToAProject()
    {
        Assert.DoesNotContain(Names("src"), id => !Owners.ContainsKey(id.Key[..3]));
    }

    private static IEnumerable<IGrouping<string, string>> Raised(string prefix) =>
        Names(Owners[prefix].Source).Where(id => id.Key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Each id with the names tests may know it by: itself, and the constant that holds it. A comment raises nothing.</summary>
    private static ILookup<string, string> Names(string folder) =>
        Sources(folder)
            .SelectMany(path =>
                File.ReadLines(path)
                    .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                    .SelectMany(line => Id().Matches(line))
                    .SelectMany(match =>
                        new[]
                        {
                            (Id: match.Groups["id"].Value, Name: match.Groups["id"].Value),
                            (
                                Id: match.Groups["id"].Value,
                                Name: match.Groups["constant"].Success
                                    ? $"{Path.GetFileNameWithoutExtension(path)}.{match.Groups["constant"]}"
                                    : ""
                            ),
                        }
                    )
            )
            .Where(entry => entry.Name.Length > 0)
            .ToLookup(entry => entry.Id, entry => entry.Name);

    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(Full(folder), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".targets")
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));

    private static string Full(string relative) => Path.Combine(Golden.RepositoryRoot, relative);

    [GeneratedRegex("""(const string (?<constant>\w+) = ")?\b(?<id>VN[A-Z][0-9]{4})\b""")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\| (?<id>VN[A-Z][0-9]{4}) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
