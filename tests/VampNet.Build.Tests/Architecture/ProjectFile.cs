using System.Xml.Linq;
using VampNet.TestSupport;

namespace VampNet.Build.Tests.Architecture;

/// <summary>One project file: its name and what it refers to directly.</summary>
internal sealed record ProjectFile(
    string Name,
    string Folder,
    string[] Projects,
    string[] Packages,
    bool NeedsLibTorch,
    bool NeedsOnnxRuntime
)
{
    /// <summary>All projects under a top-level folder of the repository, by name.</summary>
    public static Dictionary<string, ProjectFile> In(params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Golden.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Select(path => Parse(path, XDocument.Load(path)))
            .ToDictionary(project => project.Name);

    public static ProjectFile Parse(string path, XDocument document) =>
        new(
            Path.GetFileNameWithoutExtension(path),
            Path.GetRelativePath(Golden.RepositoryRoot, path).Split(Path.DirectorySeparatorChar)[0],
            [.. Included(document, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference))],
            [.. Included(document, "PackageReference", unless: "ExcludeAssets")],
            document.Descendants("NeedsLibTorch").Any(element => element.Value == "true"),
            document.Descendants("NeedsOnnxRuntime").Any(element => element.Value == "true")
        );

    /// <summary>This project and all it refers to, directly or not.</summary>
    public IEnumerable<ProjectFile> Closure(IReadOnlyDictionary<string, ProjectFile> all) =>
        Projects.Where(all.ContainsKey).SelectMany(name => all[name].Closure(all)).Prepend(this).Distinct();

    private static IEnumerable<string> Included(XDocument document, string item, string? unless = null) =>
        document
            .Descendants(item)
            .Where(element => unless is null || element.Attribute(unless)?.Value != "all")
            .Select(element => element.Attribute("Include")?.Value.Replace('\\', '/'))
            .OfType<string>();
}
