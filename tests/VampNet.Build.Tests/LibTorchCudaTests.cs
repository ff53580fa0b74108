using System.Diagnostics;
using VampNet.TestSupport;

namespace VampNet.Build.Tests;

/// <summary>The property that takes libtorch for CUDA.</summary>
public sealed class LibTorchCudaTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libtorch-cuda");

    [Fact]
    public void Build_WhereNoSourceHasLibTorchForCuda_SaysSoWithAnIdOfItsOwn()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "CUDA exists on Linux and Windows alone.");
        string source = _folder.CreateSubdirectory("no packages").FullName;

        (int exitCode, string output) = Run("-t:RequireLibTorchCudaPackage", "-p:LibTorch=Cuda", $"-p:RestoreSources={source}");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("error VNB0005: Found no package libtorch-cuda-12.8-", output, StringComparison.Ordinal);
        Assert.Contains("or leave the property out", output, StringComparison.Ordinal);
        Assert.DoesNotContain("NU1101", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithAnotherValue_SaysWhichThereAre()
    {
        (int exitCode, string output) = Run("-t:RequireKnownLibTorch", "-p:LibTorch=Rocm");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Found LibTorch=Rocm. Expected Cpu or Cuda.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cpu", "libtorch-cpu-", "packages.lock.json")]
    [InlineData("Cuda", "libtorch-cuda-12.8-", "obj/cuda/packages.lock.json")]
    public void Packages_ByTheProperty_AreThoseOfOneLibTorch_WithALockFileOfTheirOwn(string property, string package, string lockFile)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The lock files hold for Linux.");

        (int exitCode, string output) = Run($"-p:LibTorch={property}", "-getItem:PackageReference", "-getProperty:NuGetLockFilePath");

        Assert.Equal(0, exitCode);
        Assert.Contains($"\"Identity\": \"{package}linux-x64\"", output, StringComparison.Ordinal);
        Assert.Equal(1, output.Split("\"Identity\": \"libtorch-").Length - 1);
        Assert.Equal(property == "Cuda", output.Contains(lockFile, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private (int ExitCode, string Output) Run(params string[] arguments)
    {
        ProcessStartInfo start = new(
            "dotnet",
            ["msbuild", Path.Combine(Golden.RepositoryRoot, "src/VampNet.Cli"), "-nologo", "-nodeReuse:false", .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A machine may have the package already.
        start.Environment["NUGET_PACKAGES"] = _folder.CreateSubdirectory("packages").FullName;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
