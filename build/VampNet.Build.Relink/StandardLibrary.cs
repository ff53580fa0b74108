using System.Runtime.InteropServices;

namespace VampNet.Build.Relink;

/// <summary>The C++ standard library that the dynamic loader gives to programs on this machine.</summary>
/// <param name="Path">Path of the library.</param>
/// <param name="Versions">The symbol versions it defines, such as GLIBCXX_3.4.30.</param>
internal sealed record StandardLibrary(string Path, IReadOnlyList<string> Versions)
{
    /// <summary>The SONAME by which libraries ask for it.</summary>
    public const string Name = "libstdc++.so.6";

    /// <summary>Asks the loader itself, so that search paths and caches count as they do for every other library.</summary>
    /// <exception cref="RelinkException">VNB0004: the loader finds none.</exception>
    public static StandardLibrary Locate()
    {
        NativeLibrary.TryLoad(Name, out _);
        string path = FindMapped(File.ReadLines("/proc/self/maps"));
        return new StandardLibrary(path, ElfImage.Read(path).VersionDefinitions());
    }

    /// <summary>The mapped C++ standard library among lines of /proc/PID/maps, each of which ends in the path of a mapped file.</summary>
    /// <exception cref="RelinkException">VNB0004: none is mapped.</exception>
    internal static string FindMapped(IEnumerable<string> mappings) =>
        mappings
            .Where(line => line.Contains('/'))
            .Select(line => line[line.IndexOf('/')..])
            .FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith(Name, StringComparison.Ordinal))
        ?? throw new RelinkException(
            RelinkErrorIds.StandardLibraryMissing,
            $"""
            Found no {Name} that the dynamic loader can load.
            Expected one of GCC 12 or newer. Install it: apt-get install libstdc++6
            """
        );
}
