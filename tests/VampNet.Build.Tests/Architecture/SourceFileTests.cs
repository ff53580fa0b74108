using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>Rules that every source file keeps.</summary>
public sealed partial class SourceFileTests
{
    private const int MostLines = 600;
    private const int MostColumns = 140;

    private static readonly string[] Folders = ["src", "tests", "tools", "build", "samples"];

    private static readonly string[] EmptyNames = ["Utils", "Util", "Helpers", "Helper", "Common", "Misc", "Manager"];

    [Fact]
    public void Files_InAnyFolder_AreShortEnoughToRead()
    {
        Assert.DoesNotContain(Sources(Folders), path => File.ReadLines(path).Count() > MostLines);
    }

    /// <summary>CSharpier lays out code, but breaks no comments and no strings. Data in raw strings stays as it is.</summary>
    [Fact]
    public void Lines_OfCodeCommentsAndStrings_FitTheWidth()
    {
        Assert.Empty(
            Sources(Folders)
                .SelectMany(path =>
                    LinesOutsideOfRawStrings(path)
                        .Where(line => line.Text.Length > MostColumns)
                        .Select(line => $"{Relative(path)}:{line.Number}")
                )
        );
    }

    [Fact]
    public void Names_OfFilesAndFolders_SayWhatIsInside()
    {
        Assert.DoesNotContain(Sources(Folders).Select(Relative), HasEmptyName);
    }

    [Theory]
    [InlineData("src/VampNet.Onnx/Utils/Graph.cs")]
    [InlineData("src/VampNet.Onnx/GraphHelpers.cs")]
    [InlineData("src/VampNet.Onnx/SessionManager.cs")]
    public void HasEmptyName_SaysNothing_Found(string path)
    {
        Assert.True(HasEmptyName(path));
        Assert.False(HasEmptyName("src/VampNet.Onnx/CommonSubexpressionPass.cs"));
    }

    [Fact]
    public void Source_NothingLeftForLater()
    {
        Assert.DoesNotContain(Sources("src", "build"), path => Unfinished().IsMatch(File.ReadAllText(path)));
    }

    [Fact]
    public void Source_ConsoleAndUnseededRandomness_OnlyInTheCommandLine()
    {
        Assert.DoesNotContain(
            Sources("src").Where(path => !Relative(path).StartsWith("src/VampNet.Cli/", StringComparison.Ordinal)),
            path => ConsoleOrChance().IsMatch(File.ReadAllText(path))
        );
    }

    private static IEnumerable<string> Sources(params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Golden.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !Outputs().IsMatch(Relative(path)));

    private static IEnumerable<(int Number, string Text)> LinesOutsideOfRawStrings(string path)
    {
        bool isRaw = false;
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            int quotes = RawQuotes().Count(line);
            if (!isRaw && quotes == 0)
            {
                yield return (index + 1, line);
            }

            isRaw ^= quotes % 2 == 1;
        }
    }

    private static string Relative(string path) => Path.GetRelativePath(Golden.RepositoryRoot, path).Replace('\\', '/');

    private static bool HasEmptyName(string relative) =>
        relative
            .Split('/')
            .Select(part => Path.GetFileNameWithoutExtension(part))
            .Any(part => EmptyNames.Contains(part) || EmptyNames.Any(name => part.EndsWith(name, StringComparison.Ordinal)));

    [GeneratedRegex("/(bin|obj)/|\\.g\\.cs$")]
    private static partial Regex Outputs();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    [GeneratedRegex("NotImplementedException|\\b(TODO|FIXME|HACK|XXX)\\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("\\bConsole\\.(Write|Error|Out|Read)|\\bRandom\\.Shared\\b|\\bnew Random\\(\\)|\\bGuid\\.NewGuid\\b")]
    private static partial Regex ConsoleOrChance();
}
