namespace VampNet.Packages.Tests;

/// <summary>What the images hold, run as they run it: from a read-only folder, by a user without rights, with one folder to write
/// to.</summary>
[Collection(nameof(PackagesCollection))]
public sealed class ContainerLayoutTests(InstalledTool tool)
{
    // $1 the new root, $2 the published command, $3 the folder for data; then the program and its arguments.
    private const string Script = """
        set -eu
        root="$1"; app="$2"; data="$3"; shift 3
        mkdir -p "$root/usr" "$root/app" "$root/data" "$root/proc" "$root/dev" "$root/tmp"
        chmod 755 "$root"
        for name in lib lib64 bin; do [ ! -L "/$name" ] || ln -sfn "usr/$name" "$root/$name"; done
        mount --rbind /usr "$root/usr"
        mount --bind "$app" "$root/app"
        mount --bind "$data" "$root/data"
        mount --rbind /proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs -o mode=1777,size=64m tmpfs "$root/tmp"
        mount -o remount,bind,ro "$root/usr"
        mount -o remount,bind,ro "$root/app"
        chown -R 1654:1654 "$data"
        exec env -i PATH=/usr/bin:/usr/sbin DOTNET_EnableDiagnostics=0 chroot --userspec=1654:1654 "$root" env -C /data "$@"
        """;

    [Fact]
    public void PublishedCommand_AsAUserWithoutRights_MakesMusic()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The images are Linux's.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "chroot needs root.");
        string? dotnet = File.Exists("/usr/bin/dotnet")
            ? File.ResolveLinkTarget("/usr/bin/dotnet", returnFinalTarget: true)?.FullName ?? "/usr/bin/dotnet"
            : null;
        Assert.SkipUnless(
            dotnet?.StartsWith("/usr/", StringComparison.Ordinal) == true,
            "dotnet is not below /usr, the folder that the new root shares."
        );
        DirectoryInfo root = Directory.CreateTempSubdirectory("vampnet-root");
        DirectoryInfo data = Directory.CreateTempSubdirectory("vampnet-data");
        try
        {
            foreach (string file in Directory.GetFiles(tool.Models).Append(Path.Combine(InstalledTool.Checkpoints, "clip.wav")))
            {
                File.Copy(file, Path.Combine(data.FullName, Path.GetFileName(file)), overwrite: true);
            }

            Run("vamp", "clip.wav", "out.wav", "--models", ".", "--steps", "2", "--fine-steps", "1");
            Run("batch", "encode", "clip.wav", "--out", "codes", "--models", ".");

            Assert.True(File.Exists(Path.Combine(data.FullName, "out.wav")));
            Assert.True(File.Exists(Path.Combine(data.FullName, "codes", "clip.safetensors")));
            Assert.Empty(Directory.GetFiles(root.FullName, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }));
        }
        finally
        {
            root.Delete(recursive: true);
            data.Delete(recursive: true);
        }

        void Run(params string[] arguments) =>
            Shell.Run(
                data.FullName,
                "unshare",
                ["--mount", "sh", "-c", Script, "sh", root.FullName, Published(), data.FullName, dotnet, "/app/vampnet.dll", .. arguments]
            );
    }

    private string Published() =>
        Path.GetDirectoryName(Directory.GetFiles(tool.At("tool"), "vampnet.dll", SearchOption.AllDirectories).Single())!;
}
