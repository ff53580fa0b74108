using System.Collections.Immutable;
using System.Security.Cryptography;
using VampNet.Checkpoints.Layouts;
using VampNet.Checkpoints.Metadata;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints;

/// <summary>An open checkpoint: the names, types and shapes of its tensors, and its metadata. The tensors' bytes stay in the file until
/// they are read.</summary>
/// <remarks>Opening reads the directory and the pickle alone. Nothing in the file is imported, called, unpacked or written
/// anywhere.</remarks>
public sealed class Checkpoint : IDisposable
{
    private const int LongestNeighbour = 1 << 20;

    private readonly ByteSource _source;
    private readonly Dictionary<string, CheckpointTensor> _byName;

    private Checkpoint(ByteSource source, CheckpointContents contents)
    {
        _source = source;
        (Layout, TensorList, Metadata, Extras, ModuleVersions, Globals) = (
            contents.Layout,
            contents.Tensors,
            contents.Metadata,
            contents.Extras,
            contents.ModuleVersions,
            contents.Globals
        );
        _byName = contents.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path as it was given, or the name given to the bytes.</summary>
    public string Path => _source.Name;

    /// <summary>Length of the file in bytes.</summary>
    public long FileLength => _source.Length;

    /// <summary>The format of the file.</summary>
    public CheckpointLayout Layout { get; }

    /// <summary>The full name of every Python global that the pickles mention, sorted; empty for .safetensors.</summary>
    public ImmutableArray<string> Globals { get; }

    /// <summary>The tensors of the state dict, in the order of the file.</summary>
    public ImmutableArray<CheckpointTensor> TensorList { get; }

    /// <summary>The tensors of the state dict by name.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors => _byName;

    /// <summary>
    /// The metadata: the value of <c>metadata</c>; for a bare state dict, the entries among its tensors that are not tensors; for
    /// .safetensors, <c>__metadata__</c>. An empty mapping if there is none.
    /// </summary>
    public MetadataValue Metadata { get; }

    /// <summary>The entries beside <c>state_dict</c> and <c>metadata</c>, such as an optimizer's state.</summary>
    public MetadataValue Extras { get; }

    /// <summary>The <c>_metadata</c> attribute that PyTorch gives a state dict: the version of each module.</summary>
    public MetadataValue ModuleVersions { get; }

    /// <summary>Opens a checkpoint of any layout, which is detected by content.</summary>
    /// <param name="path">A .pth, .pt or .safetensors file.</param>
    /// <param name="limits">Limits of what the file may hold; null for <see cref="CheckpointLimits.Default"/>.</param>
    /// <exception cref="CheckpointException">The file is no checkpoint, is damaged, or holds what is refused.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Open(string path, CheckpointLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(MappedFile.Open(path), limits ?? CheckpointLimits.Default);
    }

    /// <summary>Reads a checkpoint that is in memory.</summary>
    /// <param name="bytes">The whole file; it must not change while the checkpoint is open.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="limits">Limits of what it may hold; null for <see cref="CheckpointLimits.Default"/>.</param>
    /// <exception cref="CheckpointException">The bytes are no checkpoint, are damaged, or hold what is refused.</exception>
    public static Checkpoint Read(ReadOnlyMemory<byte> bytes, string name, CheckpointLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Read(new MemoryBytes(name, bytes), limits ?? CheckpointLimits.Default);
    }

    /// <summary>SHA-256 of the whole file, 64 lower-case hexadecimal digits.</summary>
    public string ComputeFileSha256()
    {
        const int Block = 1 << 24;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < _source.Length; at += Block)
        {
            hash.AppendData(_source.Slice(at, Math.Min(Block, _source.Length - at)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The contents of a small file in the same folder, such as the <c>config.json</c> of a .safetensors file; null when there is
    /// none, or when the checkpoint was read from memory.</summary>
    /// <param name="fileName">The file's name, without a folder.</param>
    /// <exception cref="CheckpointException">VNC0702: the file is longer than 1 MiB.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public byte[]? ReadBeside(string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        string path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? "", fileName);
        if (_source is MemoryBytes || !File.Exists(path))
        {
            return null;
        }

        using FileStream stream = File.OpenRead(path);
        if (stream.Length > LongestNeighbour)
        {
            throw new CheckpointException(
                CheckpointErrorIds.ConfigurationTooLarge,
                $"{stream.Length} bytes in {path}",
                $"at most {LongestNeighbour} bytes: a file of settings"
            );
        }

        byte[] contents = new byte[stream.Length];
        stream.ReadExactly(contents);
        return contents;
    }

    /// <summary>Closes the file. Tensors must not be read any more.</summary>
    public void Dispose() => _source.Dispose();

    private static Checkpoint Read(ByteSource source, CheckpointLimits limits)
    {
        try
        {
            return new Checkpoint(
                source,
                FileKind.Detect(source) switch
                {
                    CheckpointLayout.ZipArchive => ZipReader.Read(source, limits),
                    CheckpointLayout.LegacyStream => LegacyReader.Read(source, limits),
                    _ => SafeTensorsReader.Read(source, limits),
                }
            );
        }
        catch (CheckpointException e)
        {
            source.Dispose();
            throw e.Path is null ? e.In(source.Name) : e;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
