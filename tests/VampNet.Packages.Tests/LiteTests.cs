using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection.PortableExecutable;
using VampNet.TestSupport;

namespace VampNet.Packages.Tests;

/// <summary>What <c>./build.sh lite</c> has made: a tool and an archive of vampnet-lite for each platform.</summary>
public sealed class LiteTests : IDisposable
{
    private const string Emulator = "qemu-aarch64-static",
        EmulatedRoot = "/usr/aarch64-linux-gnu";

    private static readonly string Folder = Path.Combine(Golden.RepositoryRoot, "artifacts", "lite");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vampnet-lite");

    public static TheoryData<string> Platforms => ["linux-x64", "linux-arm64", "win-x64", "win-arm64", "osx-arm64"];

    [Fact]
    public void Tools_OfAllPlatforms_AreThereWithTheOneThatNamesThem()
    {
        RequireLite();

        Assert.Equal(
            Platforms.Select(row => $"vampnet-lite.{row.Data}.{Feed.Version}.nupkg").Append($"vampnet-lite.{Feed.Version}.nupkg").Order(),
            Directory.GetFiles(Folder, "*.nupkg").Select(path => Path.GetFileName(path)).Order()
        );
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(Folder, $"vampnet-lite.{Feed.Version}.nupkg"));
        string settings = Feed.ReadText(package, "tools/any/any/DotnetToolSettings.xml");
        Assert.All(Platforms, row => Assert.Contains($"vampnet-lite.{row.Data}", settings, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Tool_OfAPlatform_CarriesItsOnnxRuntimeAndNoLibTorch(string platform)
    {
        RequireLite();
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(Folder, $"vampnet-lite.{platform}.{Feed.Version}.nupkg"));

        ZipArchiveEntry native = Assert.Single(package.Entries, entry => IsOnnxRuntime(entry.Name));
        using Stream stream = native.Open();
        Assert.Equal(MachineOf(platform), Machine.Read(stream));
        Assert.DoesNotContain(package.Entries, entry => IsTorch(entry.Name));
        Assert.Contains(
            package.Entries,
            entry => entry.FullName.StartsWith("licenses/microsoft.ml.onnxruntime/", StringComparison.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Platforms))]
    public void Archive_OfAPlatform_HoldsCodeForItAlone(string platform)
    {
        RequireLite();
        string root = Extract(platform);

        string[] files = [.. Directory.GetFiles(root, "*", SearchOption.AllDirectories)];
        Assert.DoesNotContain(files, file => IsTorch(Path.GetFileName(file)));
        Assert.Equal(MachineOf(platform), Machine.ReadFile(files.Single(file => IsOnnxRuntime(Path.GetFileName(file)))));
        string[] launchers = [.. files.Where(file => Path.GetFileName(file) is "vampnet-lite" or "vampnet-lite.exe")];
        if (launchers.Length == 0)
        {
            Assert.Skip(
                $"{platform}: .NET's runtime for it was not to be had as a package, so the archive is for a machine that has .NET."
            );
        }

        Assert.Equal(MachineOf(platform), Machine.ReadFile(Assert.Single(launchers)));
        Assert.True(IsCompiled(Path.Combine(root, "vampnet-lite.dll")), "Found vampnet-lite.dll without code compiled ahead of time.");
        Assert.True(
            IsCompiled(Path.Combine(root, "VampNet.Runtime.dll")),
            "Found VampNet.Runtime.dll without code compiled ahead of time."
        );
        Assert.Contains(files, file => Path.GetFileNameWithoutExtension(file) is "libcoreclr" or "coreclr");
    }

    [Fact]
    public void Archive_OfThisPlatform_MakesMusicAndSaysWhatItLacks()
    {
        string program = Path.Combine(Extract(ThisPlatform()), "vampnet-lite"),
            models = At("models"),
            checkpoints = InstalledTool.Checkpoints;

        string page = Run(program, "doctor");
        Run(program, "export", "--checkpoints", checkpoints, "--out", models);
        Run(program, "quantize", Path.Combine(models, "coarse.onnx"), At("coarse.onnx"), "--judge", "1");
        Run(program, "optimize", Path.Combine(models, "c2f.onnx"), At("c2f.onnx"));
        Run(program, "vamp", Path.Combine(checkpoints, "clip.wav"), At("vamp.wav"), "--models", models, "--steps", "2");
        Run(program, "bench", models, "--frames", "3", "--runs", "1", "--music", "0");

        Assert.Contains("Everything works here.", page, StringComparison.Ordinal);
        Assert.True(new FileInfo(At("vamp.wav")).Length > 44);
        (int exitCode, string error) = Refusal(program, "verify", models, "--checkpoints", checkpoints);
        Assert.Equal(1, exitCode);
        Assert.Contains("VNL0141", error, StringComparison.Ordinal);
        Assert.Contains("VNL0141", Refusal(program, "tune").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Archive_ForArm_RunsUnderEmulation()
    {
        Assert.SkipUnless(
            File.Exists($"/usr/bin/{Emulator}") && File.Exists($"{EmulatedRoot}/lib/libstdc++.so.6"),
            $"No {Emulator} with an Arm system in {EmulatedRoot} (qemu-user-static, libstdc++6-arm64-cross); the files are "
                + "inspected instead."
        );
        string root = Extract("linux-arm64");

        // ONNX Runtime and much of .NET's threading are beyond such emulators; that the program starts shows that its files fit together.
        Assert.Equal(Feed.Version, Shell.Run(root, Emulator, "-L", EmulatedRoot, Path.Combine(root, "vampnet-lite"), "--version").Trim());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private static void RequireLite() =>
        Assert.SkipUnless(Directory.Exists(Folder), "No artifacts/lite: ./build.sh lite makes it, and then runs these tests.");

    private static string ThisPlatform()
    {
        RequireLite();
        Assert.SkipUnless(Feed.Platform == "linux-x64", "Archives are made on Linux, for all platforms.");
        return Feed.Platform;
    }

    private static bool IsOnnxRuntime(string name) => name is "libonnxruntime.so" or "onnxruntime.dll" or "libonnxruntime.dylib";

    private static bool IsTorch(string name) =>
        name.Contains("libtorch", StringComparison.OrdinalIgnoreCase)
        || name.Contains("LibTorchSharp", StringComparison.Ordinal)
        || name.StartsWith("torch", StringComparison.Ordinal);

    private static string MachineOf(string platform) => platform.EndsWith("arm64", StringComparison.Ordinal) ? "arm64" : "x64";

    private static bool IsCompiled(string path)
    {
        using PEReader reader = new(File.OpenRead(path));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    private string Extract(string platform)
    {
        RequireLite();
        string target = At(platform);
        Directory.CreateDirectory(target);
        string archive = Path.Combine(Folder, $"vampnet-lite-{Feed.Version}-{platform}");
        if (File.Exists($"{archive}.zip"))
        {
            ZipFile.ExtractToDirectory($"{archive}.zip", target);
        }
        else
        {
            using GZipStream stream = new(File.OpenRead($"{archive}.tar.gz"), CompressionMode.Decompress);
            TarFile.ExtractToDirectory(stream, target, overwriteFiles: false);
        }

        return Path.Combine(target, "vampnet-lite");
    }

    private string Run(string program, params string[] arguments) => Shell.Run(_folder.FullName, program, arguments);

    private static (int ExitCode, string Error) Refusal(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
