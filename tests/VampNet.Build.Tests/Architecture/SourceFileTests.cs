using System.Text.RegularExpressions;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>Rules that every source file keeps.</summary>
public sealed partial class SourceFileTests
{
    private const int MostLines = 600;
    private const int MostColumns = 140;

    private static readonly string[] Folders = ["src", "tests", "tools", "build", "samples"];

    private static readonly string[] Scripts = ["build.cake", "build.sh", "build.ps1", ".ci/run"];

    private static readonly string[] EmptyNames = ["Utils", "Util", "Helpers", "Helper", "Common", "Misc", "Manager"];

    [Fact]
    public void Files_InAnyFolder_AreShortEnoughToRead()
    {
        Assert.DoesNotContain(Sources(Folders), path => File.ReadLines(path).Count() > MostLines);
    }

    /// <summary>CSharpier lays out code, but breaks no comments and no strings, and does not read the build's scripts.</summary>
    [Fact]
    public void Lines_OfCodeCommentsAndStrings_FitTheWidth()
    {
        Assert.Empty(
            Sources(Folders)
                .Concat(Scripts.Select(script => Path.Combine(Golden.RepositoryRoot, script)))
                .Concat(Directory.EnumerateFiles(Path.Combine(Golden.RepositoryRoot, "build"), "*.cake"))
                .SelectMany(path =>
                    File.ReadLines(path)
                        .Index()
                        .Where(line => line.Item.Length > MostColumns)
                        .Select(line => $"{Relative(path)}:{line.Index + 1}")
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

    /// <summary>docs/architecture.md says what each class is for. SessionCache opens sessions for OnnxModel. SharedPool only loads a graph
    /// of no size, to learn whether models share threads.</summary>
    [Fact]
    public void Source_Sessions_AreOpenedByTheClassOfTheirLibrary()
    {
        Assert.Equal(
            [
                "src/VampNet.Inference/Sessions/GraphSession.cs",
                "src/VampNet.Runtime/Models/OnnxModel.cs",
                "src/VampNet.Runtime/Models/SessionCache.cs",
                "src/VampNet.Runtime/Models/SharedPool.cs",
            ],
            Sources("src").Where(path => OpensSession().IsMatch(File.ReadAllText(path))).Select(Relative).Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<string> Sources(params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Golden.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !Outputs().IsMatch(Relative(path)));

    private static string Relative(string path) => Path.GetRelativePath(Golden.RepositoryRoot, path).Replace('\\', '/');

    private static bool HasEmptyName(string relative) =>
        relative
            .Split('/')
            .Select(part => Path.GetFileNameWithoutExtension(part))
            .Any(part => EmptyNames.Contains(part) || EmptyNames.Any(name => part.EndsWith(name, StringComparison.Ordinal)));

    [GeneratedRegex("/(bin|obj)/|\\.g\\.cs$")]
    private static partial Regex Outputs();

    [GeneratedRegex(@"new InferenceSession\(|InferenceSession \w+ = new\(")]
    private static partial Regex OpensSession();

    [GeneratedRegex("NotImplementedException|\\b(TODO|FIXME|HACK|XXX)\\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("\\bConsole\\.(Write|Error|Out|Read)|\\bRandom\\.Shared\\b|\\bnew Random\\(\\)|\\bGuid\\.NewGuid\\b")]
    private static partial Regex ConsoleOrChance();
}
