namespace VampNet.Checkpoints.Zip;

/// <summary>One stored entry, as the directory of a zip archive describes it.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="HeaderOffset">Where its local header starts, in bytes from the start of the file.</param>
/// <param name="Length">Bytes of data.</param>
/// <param name="Crc32">The checksum of its data.</param>
/// <param name="Limit">Where the next entry or the directory starts: header and data end at or before it.</param>
internal sealed record ZipEntry(string Name, long HeaderOffset, long Length, uint Crc32, long Limit);
