using System.Reflection.Metadata;
using System.Text;
using VampNet.TestSupport;

namespace VampNet.Packages.Tests;

public sealed class SourceLinkTests : IDisposable
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-sourcelink");

    /// <summary>This repository may have no public address yet; a clone with one shows what its symbols will say.</summary>
    [Fact]
    public void Symbols_OfACloneOfAHost_LinkToItsCommit()
    {
        string clone = Path.Combine(_folder.FullName, "clone");
        Shell.Run(_folder.FullName, "git", "clone", "-q", Golden.RepositoryRoot, clone);
        Shell.Run(clone, "git", "remote", "set-url", "origin", "https://github.com/owner/name.git");
        string commit = Shell.Run(clone, "git", "rev-parse", "HEAD").Trim();

        Shell.Run(
            clone,
            "dotnet",
            "build",
            "src/VampNet.Checkpoints",
            "-c",
            "Release",
            "-v",
            "q",
            "-p:ContinuousIntegrationBuild=true",
            "-p:RunAnalyzers=false"
        );

        using FileStream stream = File.OpenRead(Path.Combine(clone, "src/VampNet.Checkpoints/bin/Release/net10.0/VampNet.Checkpoints.pdb"));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(stream);
        MetadataReader reader = pdb.GetMetadataReader();
        CustomDebugInformation map = reader
            .CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Single(each => reader.GetGuid(each.Kind) == SourceLink);
        Assert.Equal(
            $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/owner/name/{{{commit}}}/*"}}""",
            Encoding.UTF8.GetString(reader.GetBlobBytes(map.Value))
        );
    }

    public void Dispose()
    {
        // Git's objects are read-only, and not every system deletes such.
        foreach (FileInfo file in _folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            file.Attributes = FileAttributes.Normal;
        }

        _folder.Delete(recursive: true);
    }
}
