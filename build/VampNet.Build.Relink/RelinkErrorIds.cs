namespace VampNet.Build.Relink;

/// <summary>The stable ids of the relinker's errors; docs/errors/build.md has their usual causes.</summary>
internal static class RelinkErrorIds
{
    /// <summary>A file that is not a 64-bit little-endian ELF file.</summary>
    public const string NotElf = "VNB0001";

    /// <summary>An ELF file that is damaged.</summary>
    public const string ElfDamaged = "VNB0002";

    /// <summary>Code that uses a missing version of the C++ standard library.</summary>
    public const string VersionUsed = "VNB0003";

    /// <summary>No C++ standard library that loads.</summary>
    public const string StandardLibraryMissing = "VNB0004";
}
