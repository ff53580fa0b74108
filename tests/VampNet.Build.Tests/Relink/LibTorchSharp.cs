using System.Reflection;
using VampNet.Build.Relink;

namespace VampNet.Build.Tests.Relink;

/// <summary>The real file that the targets relink, as the package holds it.</summary>
internal static class LibTorchSharp
{
    /// <summary>The version that GCC 12 lacks.</summary>
    public const string Gcc13Version = "GLIBCXX_3.4.32";

    public static string Path { get; } =
        System.IO.Path.Combine(
            typeof(LibTorchSharp)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(a => a.Key == "TorchSharpPackage")
                .Value!,
            "runtimes",
            "linux-x64",
            "native",
            "libLibTorchSharp.so"
        );

    public static byte[] Bytes { get; } = File.ReadAllBytes(Path);

    public static ElfImage Image { get; } = new(Bytes, "libLibTorchSharp.so");

    /// <summary>A libstdc++ that defines all the versions the file needs, but those named.</summary>
    public static StandardLibrary StandardLibraryWithout(params string[] versions) =>
        new("/lib/libstdc++.so.6", [.. Image.VersionNeeds().Select(need => need.Version).Except(versions)]);
}
