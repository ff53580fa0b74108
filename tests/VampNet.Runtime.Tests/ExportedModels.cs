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
        _stepped,
        _tiny,
        _oddDac,
        _evenDac;

    public ExportedModels()
    {
        _micro = new(() => Export("micro"));
        _stepped = new(() => VampNetModels.Open(Micro.Folder, new ModelOptions { StepGraphs = true }));
        _tiny = new(() => Export("tiny"));
        _oddDac = new(() => ExportDac("odd"));
        _evenDac = new(() => ExportDac("even"));
    }

    /// <summary>Vocabulary 64.</summary>
    public VampNetModels Micro => _micro.Value;

    /// <summary>The same, sampled by its step graphs.</summary>
    public VampNetModels Stepped => _stepped.Value;

    /// <summary>Vocabulary 1024.</summary>
    public VampNetModels Tiny => _tiny.Value;

    /// <summary>A plain DAC codec with a stride of 5, alone: 24 kHz, 12 codebooks.</summary>
    public VampNetModels OddDac => _oddDac.Value;

    /// <summary>A plain DAC codec of even strides, alone: 44.1 kHz, 9 codebooks.</summary>
    public VampNetModels EvenDac => _evenDac.Value;

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
        foreach (Lazy<VampNetModels> models in new[] { _micro, _stepped, _tiny, _oddDac, _evenDac }.Where(models => models.IsValueCreated))
        {
            models.Value.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private VampNetModels ExportDac(string name)
    {
        string output = Path.Combine(_folder.FullName, $"dac-{name}");
        ExportRun.Run(new ExportRequest { CodecPath = Golden.Path($"dac/{name}/weights.pth"), OutputFolder = output });
        return VampNetModels.Open(output);
    }

    private VampNetModels Export(string name)
    {
        string output = Path.Combine(_folder.FullName, name);
        ExportRun.Run(ExportRequest.FromFolder(Golden.Path(name), output) with { Steps = true });
        return VampNetModels.Open(output);
    }
}
