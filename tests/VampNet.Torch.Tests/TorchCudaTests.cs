namespace VampNet.Torch.Tests;

public sealed class TorchCudaTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData("libtorch_cuda.so")]
    [InlineData("torch_cuda.dll")]
    [InlineData("runtimes/linux-x64/native/libtorch_cuda.so")]
    [InlineData("runtimes/win-x64/native/torch_cuda.dll")]
    public void Find_TheLibrary_WhereThePackagesLayIt(string library)
    {
        string path = Path.Combine([_folder.FullName, .. library.Split('/')]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");

        Assert.Equal(path, TorchCuda.Find(_folder.FullName));
    }

    [Fact]
    public void Find_WithLibtorchForTheProcessor_IsNothing()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "libtorch_cpu.so"), "");

        Assert.Null(TorchCuda.Find(_folder.FullName));
    }

    [Fact]
    public void Probe_ThisProgram_HasNoMoreGpusThanItsLibrary()
    {
        var cuda = TorchCuda.Probe();

        Assert.Equal(TorchCuda.Find(AppContext.BaseDirectory) is not null, cuda.IsBuiltIn);
        Assert.True(cuda.IsBuiltIn || cuda.Gpus == 0);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
