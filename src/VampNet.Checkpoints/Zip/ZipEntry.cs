namespace VampNet.Checkpoints.Zip;

/// <summary>One stored entry, as the directory of a zip archive describes it.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="HeaderOffset">Offset of its local header, in bytes from the start of the file.</param>
/// <param name="Length">Bytes of data.</param>
/// <param name="Crc32">The checksum of its data.</param>
/// <param name="Limit">Offset of the next entry or of the directory: header and data end at or before it.</param>
internal sealed record ZipEntry(string Name, long HeaderOffset, long Length, uint Crc32, long Limit);
