namespace VampNet.Build.Relink;

/// <summary>One row of an ELF section header table.</summary>
/// <param name="Type">Type of the section.</param>
/// <param name="Offset">Offset of its bytes in the file.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Link">The index of the section it refers to: its strings, or its symbols.</param>
/// <param name="Info">Number of entries of a version section.</param>
internal readonly record struct ElfSection(ElfSectionType Type, int Offset, int Size, int Link, int Info);

/// <summary>The section types that dynamic linking needs, by their numbers in the System V ABI and its GNU extensions.</summary>
internal enum ElfSectionType : uint
{
    Relocations = 4,
    DynamicSymbols = 11,
    VersionDefinitions = 0x6ffffffd,
    VersionNeeds = 0x6ffffffe,
    SymbolVersions = 0x6fffffff,
}

/// <summary>A version of another library that an ELF file asks for, such as GLIBCXX_3.4.32 of libstdc++.so.6.</summary>
/// <param name="Library">The other library's SONAME.</param>
/// <param name="Version">The version's name.</param>
/// <param name="Index">The number by which the file's symbols refer to the version.</param>
/// <param name="FlagsOffset">Offset of the 16 bits of flags of this entry (vna_flags) in the file.</param>
/// <param name="IsWeak">The loader only warns when the version is missing (VER_FLG_WEAK).</param>
internal readonly record struct VersionNeed(string Library, string Version, int Index, int FlagsOffset, bool IsWeak);
