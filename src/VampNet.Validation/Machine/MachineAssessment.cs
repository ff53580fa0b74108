using System.Collections.Immutable;

namespace VampNet.Validation.Machine;

/// <summary>Assesses a machine's facts for the toolchain's commands. Pure: equal facts, equal findings.</summary>
public static class MachineAssessment
{
    /// <summary>
    /// Memory that verifying the released coarse model takes, in bytes: its 1.34 GB of weights once in libtorch and once in ONNX Runtime,
    /// and the activations of a 10 s chunk in both.
    /// </summary>
    public const long MemoryToVerifyReleasedModels = 4L << 30;

    /// <summary>The findings, the gravest first; empty if there are none.</summary>
    public static ImmutableArray<MachineFinding> Assess(MachineReport machine) =>
        [.. Findings(machine).OrderByDescending(finding => finding.Kind)];

    private static IEnumerable<MachineFinding> Findings(MachineReport machine)
    {
        if (machine.StandardLibrary is { Missing.IsEmpty: false } library)
        {
            yield return new(
                MachineFindingKind.Broken,
                $"{library.Path ?? "no libstdc++.so.6"} defines up to {library.Newest ?? "nothing"}; LibTorchSharp needs "
                    + $"{string.Join(", ", library.Missing)}",
                "TorchSharp does not load: vampnet verify does not work",
                "build on this machine, which relinks LibTorchSharp, or install the libstdc++6 of GCC 13 or newer"
            );
        }

        if (machine.Torch?.LoadError is { } torchError)
        {
            yield return new(
                MachineFindingKind.Broken,
                $"libtorch does not load: {torchError}",
                "vampnet verify does not work; export and music do",
                "take a build for this platform: TorchSharp exists for linux-x64, win-x64 and osx-arm64"
            );
        }

        if (machine.OnnxRuntime.LoadError is { } runtimeError)
        {
            yield return new(
                MachineFindingKind.Broken,
                $"ONNX Runtime does not load: {runtimeError}",
                "vampnet verify, bench, encode, decode and vamp do not work; inspect and export do",
                "take a build for this platform"
            );
        }

        if (machine.MemoryBytes < MemoryToVerifyReleasedModels)
        {
            yield return new(
                MachineFindingKind.Broken,
                $"{machine.MemoryBytes / (double)(1L << 30):F1} GiB of memory",
                $"vampnet verify of the released models needs {MemoryToVerifyReleasedModels >> 30} GiB; the demo models need less",
                "verify on a larger machine, or raise the container's limit"
            );
        }

        if (!Has(machine, "AVX2", "NEON"))
        {
            yield return new(
                MachineFindingKind.Slow,
                "a processor without AVX2",
                "every model runs several times slower than it can",
                "use a processor of 2013 or newer"
            );
        }
        else if (!Has(machine, "AVX512_VNNI", "AVX_VNNI", "DOTPROD"))
        {
            yield return new(
                MachineFindingKind.Slow,
                "a processor without 8 bit dot products (AVX512_VNNI, AVX_VNNI or DOTPROD)",
                "INT8 models gain less speed here, and those whose weights use all 8 bits saturate and are wrong",
                "quantize with the default --weight-range pair-safe, and measure: vampnet bench"
            );
        }

        if (machine.OnnxRuntime.Loads && machine.Providers is ["CPUExecutionProvider"])
        {
            yield return new(
                MachineFindingKind.Note,
                "an ONNX Runtime with the CPU provider alone",
                "a graphics processor stays unused",
                "none needed; the GPU package of ONNX Runtime is a choice made when building"
            );
        }
    }

    private static bool Has(MachineReport machine, params ReadOnlySpan<string> features)
    {
        foreach (string feature in features)
        {
            if (machine.ProcessorFeatures.Contains(feature))
            {
                return true;
            }
        }

        return false;
    }
}
