using System.Diagnostics;

namespace VampNet.Files.Tests;

public sealed class FileIdentityTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("vampnet-files-");

    [Fact]
    public void Read_EachKind_IsNamed()
    {
        string file = Path.Combine(_root.FullName, "file");
        File.WriteAllText(file, "text");

        Assert.Equal(FileKind.File, FileIdentity.Read(file).Kind);
        Assert.Equal(FileKind.Folder, FileIdentity.Read(_root.FullName).Kind);
        Assert.Equal(FileKind.None, FileIdentity.Read($"{file}-absent").Kind);
    }

    [Fact]
    public void Read_PipeAndDevice_DoesNotWait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the kind of a path here.");
        string pipe = Path.Combine(_root.FullName, "pipe");
        Process.Start("mkfifo", [pipe]).WaitForExit();

        Assert.Equal(FileKind.Pipe, FileIdentity.Read(pipe).Kind);
        Assert.Equal(FileKind.Device, FileIdentity.Read("/dev/null").Kind);
    }

    [Fact]
    public void IsSameAs_HardLink_IsTrue()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the number of a file here.");
        string file = Path.Combine(_root.FullName, "file"),
            link = Path.Combine(_root.FullName, "link"),
            other = Path.Combine(_root.FullName, "other");
        File.WriteAllText(file, "text");
        File.WriteAllText(other, "text");
        Process.Start("ln", [file, link]).WaitForExit();

        Assert.True(FileIdentity.Read(file).IsSameAs(FileIdentity.Read(link)));
        Assert.False(FileIdentity.Read(file).IsSameAs(FileIdentity.Read(other)));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
