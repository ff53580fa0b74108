using System.Diagnostics;
using VampNet.TestSupport;

namespace VampNet.Build.Tests;

/// <summary>Runs build.sh with a dotnet that only records its arguments.</summary>
public sealed class BootstrapTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bootstrap");

    [Theory]
    [InlineData(new string[0], new string[0])]
    [InlineData(new[] { "test" }, new[] { "--task=test" })]
    [InlineData(new[] { "--help" }, new[] { "--task=help" })]
    [InlineData(new[] { "-h" }, new[] { "--task=help" })]
    [InlineData(new[] { "test", "--only", "Onnx" }, new[] { "--task=test", "--only", "Onnx" })]
    [InlineData(new[] { "--checkpoints", "my weights" }, new[] { "--checkpoints", "my weights" })]
    [InlineData(new[] { "export", "--target", "onnxruntime" }, new[] { "--task=export", "--target", "onnxruntime" })]
    public void Run_Words_BecomeTheTaskAndItsOptions(string[] words, string[] expected)
    {
        string asked = Path.Combine(_folder.FullName, "asked");
        WriteDotNet($"printf '%s\\n' \"$@\" >> '{asked}'");

        (int exitCode, string error) = Run(words);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            ["tool", "restore", "--verbosity", "quiet", "cake", "build.cake", "--no-report", $"--from={_folder.FullName}", .. expected],
            File.ReadAllLines(asked)
        );
    }

    [Fact]
    public void Run_FailingBuild_PassesTheExitCodeOn()
    {
        WriteDotNet("[ \"$1\" = tool ] || exit 3");

        Assert.Equal(3, Run([]).ExitCode);
    }

    [Fact]
    public void Run_WithoutDotNet_SaysWhatToInstall()
    {
        (int exitCode, string error) = Run([], path: _folder.FullName);

        Assert.Equal(1, exitCode);
        Assert.Contains(".NET 10 SDK", error);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteDotNet(string script)
    {
        string dotnet = Path.Combine(_folder.FullName, "dotnet");
        File.WriteAllText(dotnet, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private (int ExitCode, string Error) Run(string[] words, string? path = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "build.sh is for systems with bash.");
        ProcessStartInfo start = new("/bin/bash", [Path.Combine(Golden.RepositoryRoot, "build.sh"), .. words])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path ?? $"{_folder.FullName}:/usr/bin:/bin";
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
