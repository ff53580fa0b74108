using System.Collections.Immutable;
using VampNet.Runtime.Models;

namespace VampNet.Cli.Commands;

/// <summary>NVIDIA's libraries, as <c>doctor</c> finds them.</summary>
/// <param name="NeededCuda">The version of CUDA that a GPU build of ONNX Runtime needs.</param>
/// <param name="NeededCudnn">The version of cuDNN that it needs.</param>
/// <param name="Libraries">Each library with where it was found, and whether it loads.</param>
/// <param name="LookedIn">The folders that were looked into.</param>
internal sealed record CudaReport(int NeededCuda, int NeededCudnn, ImmutableArray<CudaLibrary> Libraries, ImmutableArray<string> LookedIn)
{
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
                $"needed for a GPU: CUDA {NeededCuda} and cuDNN {NeededCudnn}",
                .. found,
                .. missing.Length == 0
                    ? Array.Empty<string>()
                    : [$"not found: {string.Join(", ", missing)}", $"looked in {string.Join(", ", LookedIn)}"],
            ]
        );
    }
}
