using System.Reflection;
using VampNet.TestSupport;

namespace VampNet.Cli.Tests;

/// <summary>Compares the public API of the libraries with tests/PublicApi, so that every change of it shows in a diff.</summary>
public sealed class PublicApiTests
{
    /// <summary>Set to 1, the tests write the files anew instead of comparing them.</summary>
    private const string Accept = "VAMPNET_ACCEPT_API";

    private static readonly string Folder = Path.Combine(Golden.RepositoryRoot, "tests", "PublicApi");

    public static TheoryData<string> Libraries =>
        [
            .. Directory
                .GetFiles(Path.Combine(Golden.RepositoryRoot, "src"), "VampNet.*.csproj", SearchOption.AllDirectories)
                .Where(project => !File.ReadAllText(project).Contains("<OutputType>Exe<", StringComparison.Ordinal))
                .Select(project => Path.GetFileNameWithoutExtension(project))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_ItsPublicApi_IsTheFrozenOne(string library)
    {
        string path = Path.Combine(Folder, $"{library}.txt");
        string actual = PublicApi.Of(Assembly.Load(library));
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, actual);
        }

        string frozen = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        string[] gone = [.. frozen.Split('\n').Except(actual.Split('\n'))];
        string[] added = [.. actual.Split('\n').Except(frozen.Split('\n'))];
        Assert.True(
            frozen == actual,
            $"""
            Found another public API of {library} than {Path.GetRelativePath(Golden.RepositoryRoot, path)} holds.
            Expected the same, or a change that CHANGELOG.md tells. Gone: {string.Join("; ", gone)}. New: {string.Join("; ", added)}.
            To accept it, run this test with {Accept}=1 and commit the file.
            """
        );
    }

    [Fact]
    public void Folder_HoldsOneFileForEachLibrary() =>
        Assert.Equal(
            Libraries.Select(row => $"{row.Data}.txt").Order(StringComparer.Ordinal),
            Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        );
}
