using TorchSharp;

namespace VampNet.Torch;

/// <summary>Support of libtorch for NVIDIA's CUDA on this machine.</summary>
/// <param name="IsBuiltIn">Whether libtorch for CUDA lies beside this program: packages libtorch-cuda-*, not libtorch-cpu-*.</param>
/// <param name="Gpus">The GPUs that libtorch can use; 0 without a driver, or where none is there.</param>
public sealed record TorchCuda(bool IsBuiltIn, int Gpus)
{
    private static readonly string[] Libraries = ["libtorch_cuda.so", "torch_cuda.dll"];

    /// <summary>Looks for the library beside this program and, where it is there, asks it for GPUs.</summary>
    public static TorchCuda Probe()
    {
        bool isBuiltIn = Find(AppContext.BaseDirectory) is not null;
        return new(isBuiltIn, isBuiltIn && torch.cuda.is_available() ? torch.cuda.device_count() : 0);
    }

    /// <summary>libtorch's library for CUDA in a program's folder, or where its packages lie below; null where there is none.</summary>
    internal static string? Find(string program)
    {
        string runtimes = Path.Combine(program, "runtimes");
        return new[] { program }
            .Concat(Directory.Exists(runtimes) ? Directory.EnumerateDirectories(runtimes).Select(each => Path.Combine(each, "native")) : [])
            .SelectMany(folder => Libraries.Select(library => Path.Combine(folder, library)))
            .FirstOrDefault(File.Exists);
    }
}
