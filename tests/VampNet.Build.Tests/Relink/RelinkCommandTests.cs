using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

public sealed class RelinkCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("relink");
    private readonly StringWriter error = new();

    [Fact]
    public void Run_RealLibrary_LeavesItAloneAndReplacesTheCopyAsTheMachineNeeds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dynamic loader of Linux is asked.");
        string copy = Path.Combine(folder.FullName, "new", "libLibTorchSharp.so");
        DateTime before = File.GetLastWriteTimeUtc(LibTorchSharp.Path);

        int exit = RelinkCommand.Run([LibTorchSharp.Path, copy], error);

        Assert.Equal(0, exit);
        Assert.Equal("", error.ToString());
        Assert.Equal(before, File.GetLastWriteTimeUtc(LibTorchSharp.Path));
        Assert.Equal(LibTorchSharp.Bytes, File.ReadAllBytes(LibTorchSharp.Path));
        Assert.Equal(!StandardLibrary.Locate().Versions.Contains(LibTorchSharp.Gcc13Version), File.Exists(copy));
    }

    [Fact]
    public void Run_Portable_AlwaysMakesACopy()
    {
        string copy = Path.Combine(folder.FullName, "libLibTorchSharp.so");

        Assert.Equal(0, RelinkCommand.Run([LibTorchSharp.Path, copy, "--portable"], error));
        Assert.Equal(Relinker.WeakenUnused(LibTorchSharp.Image), File.ReadAllBytes(copy));
    }

    [Fact]
    public void Run_UnknownBinary_OneErrorLineForTheBuildAndNoCopy()
    {
        string library = Path.Combine(folder.FullName, "pointer.so"), copy = Path.Combine(folder.FullName, "copy.so");
        File.WriteAllText(library, "version https://git-lfs.github.com/spec/v1");

        int exit = RelinkCommand.Run([library, copy], error);

        Assert.Equal(1, exit);
        Assert.StartsWith($"{library} : error VNB0001: ", error.ToString());
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public void Run_WrongArguments_Usage()
    {
        Assert.Equal(2, RelinkCommand.Run(["only-one"], error));
        Assert.Equal(2, RelinkCommand.Run(["one", "two", "--other"], error));
        Assert.StartsWith("usage:", error.ToString());
    }

    public void Dispose()
    {
        error.Dispose();
        folder.Delete(recursive: true);
    }
}
