namespace VampNet.Build.Relink;

/// <summary>Decides whether a library can load beside a given C++ standard library, and makes the copy that can.</summary>
internal static class Relinker
{
    /// <summary>
    /// The library as it must be to load: the same file when the standard library has every version it asks for (null), else a
    /// copy that asks weakly for those missing.
    /// </summary>
    /// <remarks>
    /// A version may be weakened only when no relocation names a symbol of it: then nothing in the library can reach such a symbol,
    /// and the loader's check is all that stands in the way. LibTorchSharp built with GCC 13 is of this kind: its headers name
    /// std::ios_base_library_init() so that linking against an older library fails, and never call it.
    /// </remarks>
    /// <exception cref="RelinkException">VNB0003: code in the library really uses a missing version. VNB0001, VNB0002:
    /// unreadable.</exception>
    public static byte[]? Relink(ElfImage library, StandardLibrary standardLibrary)
    {
        VersionNeed[] missing = [.. StrongNeeds(library).Where(need => !standardLibrary.Versions.Contains(need.Version))];

        foreach (VersionNeed need in missing)
        {
            if (library.UsedSymbols(need) is { Count: > 0 } used)
            {
                throw new RelinkException(
                    RelinkErrorIds.VersionUsed,
                    $"""
                    Found {need.Version} asked for by {string.Join(", ", used.Take(4))}; {standardLibrary.Path} does not define it.
                    Expected that nothing uses a missing version. Install a newer libstdc++6, or take a package built for this system.
                    """
                );
            }
        }

        return missing.Length == 0 ? null : library.Weaken(missing);
    }

    /// <summary>
    /// The library for a machine that is not known yet: a copy that asks weakly for every version of the C++ standard library that it does
    /// not
    /// use; null when it uses all.
    /// </summary>
    /// <exception cref="RelinkException">VNB0001, VNB0002: unreadable.</exception>
    public static byte[]? WeakenUnused(ElfImage library)
    {
        VersionNeed[] unused = [.. StrongNeeds(library).Where(need => library.UsedSymbols(need).Count == 0)];
        return unused.Length == 0 ? null : library.Weaken(unused);
    }

    private static IEnumerable<VersionNeed> StrongNeeds(ElfImage library) =>
        library.VersionNeeds().Where(need => need.Library == StandardLibrary.Name && !need.IsWeak);
}
