using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using VampNet.Build.Relink;
using VampNet.Inference.Machine;

namespace VampNet.Validation.Machine;

/// <summary>Collects facts about the machine that this process runs on. Loads libtorch and ONNX Runtime to see whether they load.</summary>
public static class MachineProbe
{
    /// <summary>The facts. A library that does not load is a fact, not an error.</summary>
    public static MachineReport Probe() =>
        ProbeWithoutTorch() with
        {
            StandardLibrary = OperatingSystem.IsLinux() ? ProbeStandardLibrary() : null,
            Torch = Load(LoadTorch),
        };

    /// <summary>The facts of a program that is built without libtorch, which is not looked for.</summary>
    public static MachineReport ProbeWithoutTorch()
    {
        NativeLibraryFacts onnxRuntime = Load(() => OrtEnv.Instance().GetVersionString());
        return new MachineReport
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            RuntimeIdentifier = RuntimeInformation.RuntimeIdentifier,
            DotNet = RuntimeInformation.FrameworkDescription,
            Processor = ProcessorProbe.Name(),
            ProcessorFeatures = ProcessorProbe.Features(),
            Cores = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Torch = null,
            OnnxRuntime = onnxRuntime,
            Providers = onnxRuntime.Loads ? [.. OrtEnv.Instance().GetAvailableProviders()] : [],
        };
    }

    /// <summary>Calls a native library for its version, or keeps the reason why it does not load.</summary>
    internal static NativeLibraryFacts Load(Func<string> readVersion)
    {
        try
        {
            return new NativeLibraryFacts(readVersion(), null);
        }
        catch (Exception e)
            when (e
                    is TypeInitializationException
                        or DllNotFoundException
                        or EntryPointNotFoundException
                        or BadImageFormatException
                        or NotSupportedException
            )
        {
            return new NativeLibraryFacts(null, e.GetBaseException().Message);
        }
    }

    /// <summary>Compares the loader's libstdc++ with the versions that a LibTorchSharp needs.</summary>
    /// <param name="torchLibrary">The path of libLibTorchSharp.so; null when it is not there.</param>
    internal static StandardLibraryFacts CompareStandardLibrary(string? torchLibrary)
    {
        StandardLibrary? found = TryRead(StandardLibrary.Locate);
        ImmutableArray<string> needed =
            torchLibrary is null || TryRead(() => ElfImage.Read(torchLibrary)) is not { } image
                ? []
                :
                [
                    .. image
                        .VersionNeeds()
                        .Where(need => need.Library == StandardLibrary.Name && !need.IsWeak)
                        .Select(need => need.Version),
                ];
        return new StandardLibraryFacts(
            found?.Path,
            Newest(found?.Versions ?? []),
            Newest(needed),
            [.. needed.Except(found?.Versions ?? [])]
        );
    }

    private static StandardLibraryFacts ProbeStandardLibrary()
    {
        const string Library = "libLibTorchSharp.so";
        string[] candidates =
        [
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", Library),
            Path.Combine(AppContext.BaseDirectory, Library),
        ];
        return CompareStandardLibrary(candidates.FirstOrDefault(File.Exists));
    }

    private static string? Newest(IEnumerable<string> versions) =>
        versions
            .Where(version =>
                version.StartsWith("GLIBCXX_", StringComparison.Ordinal) && Version.TryParse(version["GLIBCXX_".Length..], out _)
            )
            .MaxBy(version => Version.Parse(version["GLIBCXX_".Length..]));

    private static T? TryRead<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (RelinkException)
        {
            return null;
        }
    }

    private static string LoadTorch()
    {
        using torch.Tensor one = torch.ones(1);
        return torch.__version__;
    }
}
