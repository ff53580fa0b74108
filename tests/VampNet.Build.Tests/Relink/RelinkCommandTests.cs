using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

public sealed class RelinkCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relink");
    private readonly StringWriter _error = new();

    [Fact]
    public void Run_RealLibrary_LeavesItAloneAndReplacesTheCopyAsTheMachineNeeds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dynamic loader of Linux is asked.");
        string copy = Path.Combine(_folder.FullName, "new", "libLibTorchSharp.so");
        DateTime before = File.GetLastWriteTimeUtc(LibTorchSharp.Path);

        int exit = RelinkCommand.Run([LibTorchSharp.Path, copy], _error);

        Assert.Equal(0, exit);
        Assert.Equal("", _error.ToString());
        Assert.Equal(before, File.GetLastWriteTimeUtc(LibTorchSharp.Path));
        Assert.Equal(LibTorchSharp.Bytes, File.ReadAllBytes(LibTorchSharp.Path));
        Assert.Equal(!StandardLibrary.Locate().Versions.Contains(LibTorchSharp.Gcc13Version), File.Exists(copy));
    }

    [Fact]
    public void Run_Portable_AlwaysMakesACopy()
    {
        string copy = Path.Combine(_folder.FullName, "libLibTorchSharp.so");

        Assert.Equal(0, RelinkCommand.Run([LibTorchSharp.Path, copy, "--portable"], _error));
        Assert.Equal(Relinker.WeakenUnused(LibTorchSharp.Image), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Run_UnknownBinary_OneErrorLineForTheBuildAndNoCopy()
    {
        string library = Path.Combine(_folder.FullName, "pointer.so"),
            copy = Path.Combine(_folder.FullName, "copy.so");
        File.WriteAllText(library, "version https://git-lfs.github.com/spec/v1");

        int exit = RelinkCommand.Run([library, copy], _error);

        Assert.Equal(1, exit);
        Assert.StartsWith($"{library} : error VNB0001: ", _error.ToString());
        Assert.Single(_error.ToString().TrimEnd().Split('\n'));
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public void Run_WrongArguments_Usage()
    {
        Assert.Equal(2, RelinkCommand.Run(["only-one"], _error));
        Assert.Equal(2, RelinkCommand.Run(["one", "two", "--other"], _error));
        Assert.StartsWith("usage:", _error.ToString());
    }

    public void Dispose()
    {
        _error.Dispose();
        _folder.Delete(recursive: true);
    }
}
