using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace VampNet.Packages.Tests;

public sealed class PackageContentTests
{
    public static TheoryData<string> Libraries => [.. Feed.Libraries];

    public static TheoryData<string> All => [.. Feed.Libraries, "vampnet", $"vampnet.{Feed.Platform}"];

    [Fact]
    public void Folder_HoldsWhatIsListedAndNothingElse()
    {
        Assert.Equal(
            All.Select(row => $"{row.Data}.{Feed.Version}.nupkg").Order(StringComparer.Ordinal),
            Directory.GetFiles(Feed.Folder, "*.nupkg").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Package_Any_HasReadmeLicenceAndCommit(string id)
    {
        using ZipArchive package = Feed.Open(id);

        Assert.Equal("MIT", Feed.Nuspec(package, "license"));
        Assert.Contains("MIT License", Feed.ReadText(package, "LICENSE"));
        Assert.Equal("README.md", Feed.Nuspec(package, "readme"));
        Assert.StartsWith($"# {Feed.Nuspec(package, "id")!.Replace($".{Feed.Platform}", "")}\n", Feed.ReadText(package, "README.md"));
        Assert.NotEmpty(Feed.Nuspec(package, "description")!);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_ItsSymbols_BelongToItsAssemblyAndNameNoMachine(string id)
    {
        using ZipArchive package = Feed.Open(id),
            symbols = Feed.Open(id, "snupkg");
        Assert.NotNull(package.GetEntry($"lib/net10.0/{id}.xml"));
        using var assembly = new PEReader(ReadAll(package, $"lib/net10.0/{id}.dll"));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(ReadAll(symbols, $"lib/net10.0/{id}.pdb"));
        MetadataReader reader = pdb.GetMetadataReader();

        CodeViewDebugDirectoryData link = assembly.ReadCodeViewDebugDirectoryData(
            assembly.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)
        );
        Assert.Equal(link.Guid, new BlobContentId(reader.DebugMetadataHeader!.Id).Guid);
        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        Assert.All(reader.Documents, document => Assert.StartsWith("/_/", reader.GetString(reader.GetDocument(document).Name)));
    }

    [Fact]
    public void Tool_ForThisPlatform_CarriesNativeCodeWithItsLicences()
    {
        using ZipArchive package = Feed.Open($"vampnet.{Feed.Platform}");
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.Contains(names, name => Path.GetFileNameWithoutExtension(name) is "libtorch_cpu" or "torch_cpu");
        Assert.Contains(names, name => Path.GetFileNameWithoutExtension(name) is "libonnxruntime" or "onnxruntime");
        foreach (string carried in (string[])[$"libtorch-cpu-{Feed.Platform}", "microsoft.ml.onnxruntime", "skiasharp"])
        {
            Assert.Contains(names, name => name.StartsWith($"licenses/{carried}/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Tool_WithoutAPlatform_NamesThreeAndCarriesNothing()
    {
        using ZipArchive package = Feed.Open("vampnet");
        string settings = Feed.ReadText(package, "tools/any/any/DotnetToolSettings.xml");

        Assert.All((string[])["linux-x64", "win-x64", "osx-arm64"], platform => Assert.Contains($"vampnet.{platform}", settings));
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.EndsWith(".dll", StringComparison.Ordinal));
    }

    private static MemoryStream ReadAll(ZipArchive package, string name)
    {
        var bytes = new MemoryStream();
        using Stream entry = package.GetEntry(name)!.Open();
        entry.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }
}
