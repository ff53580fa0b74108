using VampNet.Export;
using VampNet.Runtime.Models;
using VampNet.TestSupport;

[assembly: AssemblyFixture(typeof(VampNet.Runtime.Tests.ExportedModels))]

namespace VampNet.Runtime.Tests;

/// <summary>The golden checkpoints, exported once for all tests of a run, and loaded once.</summary>
public sealed class ExportedModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-runtime-");
    private readonly Lazy<VampNetModels> _micro,
        _tiny;

    public ExportedModels()
    {
        _micro = new(() => Export("micro"));
        _tiny = new(() => Export("tiny"));
    }

    /// <summary>Vocabulary 64.</summary>
    public VampNetModels Micro => _micro.Value;

    /// <summary>Vocabulary 1024.</summary>
    public VampNetModels Tiny => _tiny.Value;

    /// <summary>A new folder that goes away with the fixture, with the files of another copied into it.</summary>
    public string Copy(VampNetModels models)
    {
        string copy = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.EnumerateFiles(models.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    public void Dispose()
    {
        foreach (Lazy<VampNetModels> models in new[] { _micro, _tiny }.Where(models => models.IsValueCreated))
        {
            models.Value.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private VampNetModels Export(string name)
    {
        string output = Path.Combine(_folder.FullName, name);
        ExportRun.Run(ExportRequest.FromFolder(Golden.Path(name), output));
        return VampNetModels.Open(output);
    }
}
