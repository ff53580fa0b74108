namespace VampNet.Checkpoints.Zip;

/// <summary>One stored entry of a zip archive: where its bytes lie in the file.</summary>
internal sealed record ZipEntry(string Name, long HeaderOffset, long DataOffset, long Length, uint Crc32);
