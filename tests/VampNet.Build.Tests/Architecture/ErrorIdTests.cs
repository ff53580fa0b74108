using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>Error ids are stable names that users look up: each belongs to one room, and a test provokes it.</summary>
public sealed partial class ErrorIdTests
{
    private static readonly Dictionary<string, string> Rooms = new()
    {
        ["VNA"] = "src/VampNet.Architecture",
        ["VNB"] = "build/VampNet.Build.Relink",
        ["VNC"] = "src/VampNet.Checkpoints",
        ["VNE"] = "src/VampNet.Export",
        ["VNL"] = "src/VampNet.Cli",
        ["VNO"] = "src/VampNet.Onnx",
        ["VNR"] = "src/VampNet.Runtime",
        ["VNV"] = "src/VampNet.Validation",
    };

    private static readonly string Tests = string.Join('\n', Sources("tests").Select(File.ReadAllText));

    public static TheoryData<string> Prefixes => [.. Rooms.Keys];

    [Theory]
    [MemberData(nameof(Prefixes))]
    public void Ids_OfARoom_AreProvokedByTests(string prefix)
    {
        ILookup<string, string> names = Names(Rooms[prefix]);

        Assert.NotEmpty(names);
        Assert.Empty(names.Where(id => id.Key.StartsWith(prefix, StringComparison.Ordinal) && !id.Any(IsTested)).Select(id => id.Key).Order());
    }

    [Fact]
    public void Ids_InTheSource_BelongToARoom()
    {
        Assert.DoesNotContain(Names("src"), id => !Rooms.ContainsKey(id.Key[..3]));
    }

    /// <summary>Each id with the names tests may know it by: itself, and the constant that holds it.</summary>
    private static ILookup<string, string> Names(string folder) => Sources(folder)
        .SelectMany(path => Id().Matches(File.ReadAllText(path)).SelectMany(match => new[]
        {
            (Id: match.Groups["id"].Value, Name: match.Groups["id"].Value),
            (Id: match.Groups["id"].Value, Name: match.Groups["constant"].Success ? $"{Path.GetFileNameWithoutExtension(path)}.{match.Groups["constant"]}" : ""),
        }))
        .Where(entry => entry.Name.Length > 0)
        .ToLookup(entry => entry.Id, entry => entry.Name);

    private static bool IsTested(string name) => Regex.IsMatch(Tests, $@"\b{Regex.Escape(name)}\b");

    private static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Golden.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"));

    [GeneratedRegex("""(const string (?<constant>\w+) = ")?\b(?<id>VN[A-Z][0-9]{4})\b""")]
    private static partial Regex Id();
}
