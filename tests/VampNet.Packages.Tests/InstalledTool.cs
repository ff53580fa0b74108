using VampNet.TestSupport;

namespace VampNet.Packages.Tests;

/// <summary>The tool, installed from the feed into a folder of its own, and models that it has exported.</summary>
public sealed class InstalledTool : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-tool");

    public InstalledTool()
    {
        // Nothing but the feed: the tool brings all it needs.
        File.WriteAllText(
            At("nuget.config"),
            $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{Feed.Folder}" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """
        );
        Shell.Run(
            _folder.FullName,
            "dotnet",
            "tool",
            "install",
            "vampnet",
            "--tool-path",
            At("tool"),
            "--version",
            Feed.Version,
            "--configfile",
            At("nuget.config")
        );
        Run("export", "--checkpoints", Checkpoints, "--out", Models);
    }

    public static string Checkpoints { get; } = Path.Combine(Golden.RepositoryRoot, "checkpoints", "demo");

    public string Models => At("models");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Run(params string[] arguments) =>
        Shell.Run(_folder.FullName, At(OperatingSystem.IsWindows() ? "tool/vampnet.exe" : "tool/vampnet"), arguments);

    public void Dispose() => _folder.Delete(recursive: true);
}
