using System.Collections.Immutable;
using VampNet.Runtime.Models;
using VampNet.Validation.Machine;

namespace VampNet.Cli.Commands;

/// <summary>NVIDIA's libraries, as <c>doctor</c> finds them.</summary>
/// <param name="NeededCuda">The version of CUDA that a GPU build of ONNX Runtime needs.</param>
/// <param name="NeededCudnn">The version of cuDNN that it needs.</param>
/// <param name="Libraries">Each library with where it was found, and whether it loads.</param>
/// <param name="LookedIn">The folders that were looked into.</param>
internal sealed record CudaReport(int NeededCuda, int NeededCudnn, ImmutableArray<CudaLibrary> Libraries, ImmutableArray<string> LookedIn)
{
    /// <summary>CUDA support of libtorch, in words; null where it is not part of this edition.</summary>
    public string? Libtorch { get; init; }

    private const string Provider = "CUDAExecutionProvider";

    /// <summary>Looks for the libraries on this machine.</summary>
    public static CudaReport Probe() =>
        new(
            CudaLibraries.CudaMajor,
            CudaLibraries.CudnnMajor,
            CudaLibraries.Probe(),
            CudaLibraries.Folders(Environment.GetEnvironmentVariable)
        )
        {
            Libtorch = Edition.DescribeTorchCuda(),
        };

    /// <summary>Findings about the libraries; none if ONNX Runtime is built without CUDA.</summary>
    public IEnumerable<MachineFinding> Assess(MachineReport machine)
    {
        CudaLibrary[] lacking = machine.Providers.Contains(Provider) ? [.. Libraries.Where(library => !library.Loads)] : [];
        if (lacking.Length == 0)
        {
            yield break;
        }

        string names = string.Join(
            ", ",
            lacking.Select(library =>
                $"{library.Name} of {library.Part}{(library.Path is { } path ? $" ({path}, which does not load)" : "")}"
            )
        );
        bool isLinked = lacking.Any(library => library.IsLinked);
        yield return new(
            MachineFindingKind.Broken,
            $"an ONNX Runtime with CUDA, but no usable {names}",
            isLinked
                ? "--provider cuda is refused; --provider cpu works"
                : "--provider cuda works for graphs without convolutions: the transformers, not the codec",
            $"install NVIDIA's driver, CUDA {NeededCuda} and cuDNN {NeededCudnn}, or name their folder in "
                + $"{(OperatingSystem.IsWindows() ? "PATH" : "LD_LIBRARY_PATH")}; looked in {string.Join(", ", LookedIn)}"
        );
    }

    /// <summary>The report in words.</summary>
    public string Describe()
    {
        string[] found =
        [
            .. Libraries
                .Where(library => library.Loads || library.Path is not null)
                .Select(library => $"{library.Name}: {library.Path ?? "by the loader"}{(library.Loads ? "" : ", which does not load")}"),
        ];
        string[] missing = [.. Libraries.Where(library => library is { Loads: false, Path: null }).Select(library => library.Name)];
        return string.Join(
            '\n',
            [
                $"needed by ONNX Runtime for a GPU: CUDA {NeededCuda} and cuDNN {NeededCudnn}",
                .. found,
                .. missing.Length == 0
                    ? Array.Empty<string>()
                    : [$"not found: {string.Join(", ", missing)}", $"looked in {string.Join(", ", LookedIn)}"],
                .. Libtorch is null ? Array.Empty<string>() : [$"libtorch: {Libtorch}"],
            ]
        );
    }
}
