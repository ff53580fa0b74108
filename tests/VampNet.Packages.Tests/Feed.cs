using System.IO.Compression;
using System.Xml.Linq;
using VampNet.TestSupport;

namespace VampNet.Packages.Tests;

/// <summary>The packages that <c>./build.sh pack</c> has made, which these tests check and install.</summary>
internal static class Feed
{
    public const string Version = "0.1.0";

    public static string Folder { get; } = Path.Combine(Golden.RepositoryRoot, "artifacts", "packages");

    /// <summary>The libraries, each a package under its own name.</summary>
    public static string[] Libraries { get; } =
    [
        "VampNet.Architecture",
        "VampNet.Checkpoints",
        "VampNet.Export",
        "VampNet.Files",
        "VampNet.Inference",
        "VampNet.Models",
        "VampNet.Onnx",
        "VampNet.Quantization",
        "VampNet.Reporting",
        "VampNet.Runtime",
        "VampNet.Torch",
        "VampNet.Validation",
    ];

    /// <summary>The platform whose tool this machine packs.</summary>
    public static string Platform { get; } =
        OperatingSystem.IsWindows() ? "win-x64"
        : OperatingSystem.IsMacOS() ? "osx-arm64"
        : "linux-x64";

    public static ZipArchive Open(string id, string extension = "nupkg")
    {
        string path = Path.Combine(Folder, $"{id}.{Version}.{extension}");
        Assert.True(File.Exists(path), $"Found no {path}. Run ./build.sh pack, which makes the packages and then runs these tests.");
        return ZipFile.OpenRead(path);
    }

    /// <summary>One element's text of a package's nuspec.</summary>
    public static string? Nuspec(ZipArchive package, string element)
    {
        using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Descendants().FirstOrDefault(each => each.Name.LocalName == element)?.Value;
    }

    public static string ReadText(ZipArchive package, string name)
    {
        using var reader = new StreamReader(package.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
