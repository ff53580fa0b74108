using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace VampNet.Runtime.Models;

/// <summary>Finds the NVIDIA libraries that ONNX Runtime's CUDA provider needs.</summary>
public static class CudaLibraries
{
    /// <summary>The version of CUDA that ONNX Runtime 1.31 is built for.</summary>
    public const int CudaMajor = 13;

    /// <summary>The version of cuDNN that ONNX Runtime 1.31 is built for.</summary>
    public const int CudnnMajor = 9;

    // Source: the libraries that libonnxruntime_providers_cuda.so 1.31.0 is linked with; it opens cuDNN when a convolution needs it.
    private static readonly ImmutableArray<CudaLibrary> Needed = OperatingSystem.IsWindows()
        ?
        [
            new("nvcuda.dll", "the driver"),
            new("cudart64_13.dll", "CUDA 13"),
            new("cublas64_13.dll", "CUDA 13"),
            new("cublasLt64_13.dll", "CUDA 13"),
            new("curand64_10.dll", "CUDA 13"),
            new("cudnn64_9.dll", "cuDNN 9", IsLinked: false),
        ]
        :
        [
            new("libcuda.so.1", "the driver"),
            new("libcudart.so.13", "CUDA 13"),
            new("libcublas.so.13", "CUDA 13"),
            new("libcublasLt.so.13", "CUDA 13"),
            new("libcurand.so.10", "CUDA 13"),
            new("libcudnn.so.9", "cuDNN 9", IsLinked: false),
        ];

    /// <summary>Looks for each library.</summary>
    /// <returns>Each library with its path, and whether the system's loader loads it.</returns>
    public static ImmutableArray<CudaLibrary> Probe() =>
        Probe(
            Folders(Environment.GetEnvironmentVariable),
            name =>
            {
                if (!NativeLibrary.TryLoad(name, out nint handle))
                {
                    return false;
                }

                NativeLibrary.Free(handle);
                return true;
            }
        );

    /// <summary>The folders that are looked into, in order: those of the environment, then those where installers put the
    /// libraries.</summary>
    /// <param name="read">Reads an environment variable.</param>
    public static ImmutableArray<string> Folders(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        string variable = OperatingSystem.IsWindows() ? "PATH" : "LD_LIBRARY_PATH";
        IEnumerable<string> given = (read(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] usual = OperatingSystem.IsWindows()
            ? []
            :
            [
                $"/usr/local/cuda-{CudaMajor}/lib64",
                "/usr/local/cuda/lib64",
                "/usr/lib/x86_64-linux-gnu",
                "/usr/lib/aarch64-linux-gnu",
                "/usr/lib64",
                "/usr/lib",
            ];
        return [.. given.Prepend(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Concat(usual).Distinct()];
    }

    internal static ImmutableArray<CudaLibrary> Probe(ImmutableArray<string> folders, Predicate<string> loads) =>
        [
            .. Needed.Select(library =>
                library with
                {
                    Path = folders.Select(folder => Path.Combine(folder, library.Name)).FirstOrDefault(File.Exists),
                    Loads = loads(library.Name),
                }
            ),
        ];
}

/// <summary>A library that the CUDA provider needs.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Part">Product that it is part of: the driver, CUDA or cuDNN with its version.</param>
/// <param name="IsLinked">True if the provider does not load without it; false if it is opened only when an operator needs it.</param>
/// <param name="Path">Path of the library; null when none of the folders holds it.</param>
/// <param name="Loads">Whether the system's loader loads it.</param>
public sealed record CudaLibrary(string Name, string Part, bool IsLinked = true, string? Path = null, bool Loads = false);
