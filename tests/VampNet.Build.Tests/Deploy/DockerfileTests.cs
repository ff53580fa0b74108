using System.Text.RegularExpressions;
using System.Xml.Linq;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Deploy;

public sealed partial class DockerfileTests
{
    private const string Good = """
        FROM example.org/sdk:1.2.3 AS build
        COPY . .
        RUN make \
            all
        FROM example.org/base:1.2.3
        COPY --from=build /app /app
        USER 1654
        ENTRYPOINT ["/app/run", "--now"]
        """;

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Golden.RepositoryRoot, "Dockerfile*").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Dockerfile_OfTheRepository_HasNoFinding(string file) =>
        Assert.Empty(DockerfileLinter.Lint(File.ReadAllText(Full(file)), path => path == "." || Path.Exists(Full(path))));

    [Theory]
    [MemberData(nameof(Files))]
    public void Dockerfile_Bases_AreThoseOfGlobalJsonAndOneAnother(string file)
    {
        string text = File.ReadAllText(Full(file));
        string major = Regex.Match(File.ReadAllText(Full("global.json")), "\"version\": \"(?<major>[0-9]+)\\.").Groups["major"].Value;

        Assert.NotEmpty(DotNetBase().Matches(text));
        Assert.All(DotNetBase().Matches(text), match => Assert.Equal(major, match.Groups["major"].Value));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Dockerfile_Published_IsAProjectWhoseAssemblyIsStarted(string file)
    {
        string text = File.ReadAllText(Full(file));
        string project = PublishedProject().Match(text).Groups["project"].Value;
        XDocument contents = XDocument.Load(Directory.GetFiles(Full(project), "*.csproj").Single());

        Assert.Contains($"\"/app/{contents.Descendants("AssemblyName").Single().Value}.dll\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Dockerignore_LeavesInWhatTheBuildNeeds()
    {
        string[] ignored = [.. File.ReadAllLines(Full(".dockerignore")).Where(line => line.Length > 0 && !line.StartsWith('#'))];

        Assert.All(
            (string[])["src", "build", "global.json", "Directory.Build.props", "Directory.Packages.props", "LICENSE", ".editorconfig"],
            name =>
            {
                Assert.True(Path.Exists(Full(name)), name);
                Assert.DoesNotContain(name, ignored);
            }
        );
    }

    [Fact]
    public void Lint_GoodFile_FindsNothing() => Assert.Empty(DockerfileLinter.Lint(Good, _ => true));

    [Theory]
    [InlineData("sdk:1.2.3 AS", "sdk AS", "DL3006")]
    [InlineData("sdk:1.2.3 AS", "sdk:latest AS", "DL3006")]
    [InlineData("sdk:1.2.3 AS", "sdk:1.2 AS", "DL3006")]
    [InlineData("COPY . .", "ADD . .", "DL3020")]
    [InlineData("COPY . .", "COPY secret.txt .", "DL9004")]
    [InlineData("--from=build", "--from=builder", "DL3022")]
    [InlineData("USER 1654", "", "DL3002")]
    [InlineData("USER 1654", "USER 0", "DL3002")]
    [InlineData("USER 1654", "USER root", "DL3002")]
    [InlineData("USER 1654", "USER app", "DL3002")]
    [InlineData("USER 1654", "USER 1654\nUSER 0", "DL3002")]
    [InlineData("[\"/app/run\", \"--now\"]", "/app/run --now", "DL3025")]
    [InlineData("USER 1654", "WORKDIR data\nUSER 1654", "DL3000")]
    [InlineData("USER 1654", "ENV API_TOKEN=abc\nUSER 1654", "DL9001")]
    [InlineData("all", "all\nRUN make install", "DL3059")]
    [InlineData("all", "all && sudo true", "DL3004")]
    [InlineData("all", "all | tee log", "DL4006")]
    [InlineData("all", "all && apt-get install -y gcc", "DL3015")]
    [InlineData("all", "all && apt-get install -y --no-install-recommends gcc", "DL3009")]
    [InlineData("example.org/base:1.2.3", "example.org/sdk:1.2.3", "DL9003")]
    [InlineData("all\nFROM example.org/base:1.2.3", "all", "DL9002")]
    [InlineData("COPY . .", "COPPY . .", "DL1000")]
    public void Lint_OneFault_IsFound(string right, string wrong, string id)
    {
        string text = Good.Replace("\r", "", StringComparison.Ordinal);
        Assert.Contains(right, text, StringComparison.Ordinal);

        IReadOnlyList<string> findings = DockerfileLinter.Lint(
            text.Replace(right, wrong, StringComparison.Ordinal),
            path => path != "secret.txt"
        );

        Assert.Contains(findings, finding => finding.StartsWith(id, StringComparison.Ordinal));
    }

    private static string Full(string name) => Path.Combine(Golden.RepositoryRoot, name);

    [GeneratedRegex(@"microsoft\.com/dotnet/[a-z-]+:(?<major>[0-9]+)\.")]
    private static partial Regex DotNetBase();

    [GeneratedRegex(@"dotnet publish (?<project>\S+)")]
    private static partial Regex PublishedProject();
}
