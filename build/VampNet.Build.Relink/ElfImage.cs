using System.Buffers.Binary;
using System.Text;

namespace VampNet.Build.Relink;

/// <summary>
/// The part of a 64-bit little-endian ELF file that the dynamic loader's symbol versioning lives in, read from memory.
/// Source: System V ABI (section headers, symbols, relocations) and the GNU symbol versioning extension.
/// </summary>
/// <remarks>Reads are bounds-checked: a file that lies ends in VNB0002.</remarks>
internal sealed class ElfImage
{
    private const int HeaderSize = 64,
        SectionHeaderSize = 64,
        SymbolSize = 24,
        RelocationSize = 24;
    private const ushort WeakFlag = 2;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _origin;
    private readonly ElfSection[] _sections;

    /// <summary>Reads the section headers.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="origin">The file's name, for messages.</param>
    /// <exception cref="RelinkException">VNB0001: not a 64-bit little-endian ELF file. VNB0002: damaged.</exception>
    public ElfImage(ReadOnlyMemory<byte> bytes, string origin)
    {
        _bytes = bytes;
        _origin = origin;
        if (_bytes.Length < HeaderSize || !_bytes.Span.StartsWith((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
        {
            throw new RelinkException(
                RelinkErrorIds.NotElf,
                $"""
                Found in {_origin}: {_bytes.Length} bytes that begin {Convert.ToHexString(_bytes.Span[..Math.Min(6, _bytes.Length)])}.
                Expected a 64-bit little-endian ELF file (7F454C460201). Restore the package again.
                """
            );
        }

        int table = ToOffset(UInt64(40)),
            size = UInt16(58),
            count = UInt16(60);
        if (count > 0 && size != SectionHeaderSize)
        {
            throw Damaged($"section headers of {size} bytes", $"{SectionHeaderSize} bytes each");
        }

        _sections = new ElfSection[count];
        for (int i = 0; i < count; i++)
        {
            int at = Forward(table, (uint)(i * SectionHeaderSize));
            _sections[i] = new ElfSection(
                (ElfSectionType)UInt32(at + 4),
                ToOffset(UInt64(at + 24)),
                ToOffset(UInt64(at + 32)),
                (int)UInt32(at + 40),
                (int)UInt32(at + 44)
            );
        }
    }

    /// <summary>Reads a file from disk.</summary>
    public static ElfImage Read(string path) => new(File.ReadAllBytes(path), path);

    /// <summary>The versions this library defines, in the file's order: what others may ask it for.</summary>
    public IReadOnlyList<string> VersionDefinitions()
    {
        List<string> names = [];
        if (Find(ElfSectionType.VersionDefinitions) is not { } section)
        {
            return names;
        }

        // Verdef: version, flags, index, count (2 bytes each), hash, aux, next (4 each). The first Verdaux names the version.
        int at = section.Offset;
        for (int i = 0; i < section.Info; i++)
        {
            int auxiliary = Forward(at, UInt32(at + 12));
            names.Add(Text(section.Link, UInt32(auxiliary)));
            at = Next(at, UInt32(at + 16), isLast: i == section.Info - 1);
        }

        return names;
    }

    /// <summary>The versions this library asks of others, in the file's order.</summary>
    public IReadOnlyList<VersionNeed> VersionNeeds()
    {
        List<VersionNeed> needs = [];
        if (Find(ElfSectionType.VersionNeeds) is not { } section)
        {
            return needs;
        }

        // Verneed: version, count (2 bytes each), file, aux, next (4 each). Vernaux: hash (4), flags, index (2 each), name, next (4 each).
        int at = section.Offset;
        for (int i = 0; i < section.Info; i++)
        {
            string library = Text(section.Link, UInt32(at + 4));
            int auxiliary = Forward(at, UInt32(at + 8));
            for (int left = UInt16(at + 2); left > 0; left--)
            {
                bool weak = (UInt16(auxiliary + 4) & WeakFlag) != 0;
                needs.Add(new VersionNeed(library, Text(section.Link, UInt32(auxiliary + 8)), UInt16(auxiliary + 6), auxiliary + 4, weak));
                auxiliary = Next(auxiliary, UInt32(auxiliary + 12), isLast: left == 1);
            }

            at = Next(at, UInt32(at + 12), isLast: i == section.Info - 1);
        }

        return needs;
    }

    /// <summary>The symbols bound to a version that code or data of this library really uses: those that a relocation names.</summary>
    /// <exception cref="RelinkException">VNB0002: the file names versions but has no table that binds symbols to them.</exception>
    public IReadOnlyList<string> UsedSymbols(VersionNeed need)
    {
        if (Find(ElfSectionType.SymbolVersions) is not { } versions || Find(ElfSectionType.DynamicSymbols) is not { } symbols)
        {
            throw Damaged("no dynamic symbols or no symbol versions", "both, since the file asks for versions");
        }

        SortedSet<int> used = [];
        foreach (
            ElfSection section in _sections.Where(s =>
                s.Type == ElfSectionType.Relocations && Section(s.Link).Type == ElfSectionType.DynamicSymbols
            )
        )
        {
            for (int at = section.Offset; at < section.Offset + section.Size; at += RelocationSize)
            {
                used.Add((int)UInt32(at + 12));
            }
        }

        return
        [
            .. used.Where(i => UInt16(versions.Offset + (2 * i)) == need.Index)
                .Select(i => Text(symbols.Link, UInt32(symbols.Offset + (SymbolSize * i)))),
        ];
    }

    /// <summary>A copy of the file in which a version is asked for weakly: the loader goes on without it.</summary>
    public byte[] Weaken(params ReadOnlySpan<VersionNeed> needs)
    {
        byte[] copy = _bytes.ToArray();
        foreach (VersionNeed need in needs)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(need.FlagsOffset), (ushort)(UInt16(need.FlagsOffset) | WeakFlag));
        }

        return copy;
    }

    private ElfSection? Find(ElfSectionType type)
    {
        int index = Array.FindIndex(_sections, s => s.Type == type);
        return index < 0 ? null : _sections[index];
    }

    private ElfSection Section(int index) =>
        index >= 0 && index < _sections.Length
            ? _sections[index]
            : throw Damaged($"a link to section {index}", $"less than {_sections.Length}");

    private string Text(int section, uint offset)
    {
        ReadOnlySpan<byte> rest = Span(Forward(Section(section).Offset, offset), 1, toEnd: true);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? throw Damaged("a name without an end", "a terminating zero") : Encoding.ASCII.GetString(rest[..end]);
    }

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Span(offset, 2));

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Span(offset, 4));

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Span(offset, 8));

    private ReadOnlySpan<byte> Span(int offset, int length, bool toEnd = false) =>
        offset < 0 || offset > _bytes.Length - length
            ? throw Damaged($"{length} bytes at offset {offset}", $"an end before {_bytes.Length}")
        : toEnd ? _bytes.Span[offset..]
        : _bytes.Span.Slice(offset, length);

    private int Forward(int from, uint distance) => ToOffset((ulong)(uint)from + distance);

    // A chain that stands still before its last entry would be walked as often as a damaged count says.
    private int Next(int from, uint distance, bool isLast) =>
        distance > 0 || isLast
            ? Forward(from, distance)
            : throw Damaged($"a version table that ends early at offset {from}", "as many entries as it announces");

    private int ToOffset(ulong value) =>
        value <= (ulong)_bytes.Length ? (int)value : throw Damaged($"an offset or size of {value}", $"at most {_bytes.Length}");

    private RelinkException Damaged(string found, string expected) =>
        new(
            RelinkErrorIds.ElfDamaged,
            $"""
            Found in {_origin}: {found}.
            Expected {expected}. The file is damaged: restore the package again.
            """
        );
}
