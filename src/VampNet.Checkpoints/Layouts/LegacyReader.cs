using System.Buffers.Binary;
using VampNet.Checkpoints.Pickling;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Layouts;

/// <summary>Reads the stream that torch.save wrote before PyTorch 1.6 (torch/serialization.py, _legacy_load).</summary>
/// <remarks>Pickles of the magic number, the protocol version 1001, the system's properties, the object and the sorted storage keys; then
/// each storage: its element count as int64, its elements.</remarks>
internal sealed class LegacyReader(ByteSource source, CheckpointLimits limits)
{
    private readonly PickleBudget _budget = new(limits);
    private readonly SortedSet<string> _globals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Storage> _storages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StorageReference> _references = new(StringComparer.Ordinal);

    /// <exception cref="CheckpointException">VNC05xx: the stream is damaged; VNC03xx: a pickle is refused; VNC04xx: no state dict is in
    /// it.</exception>
    public static CheckpointContents Read(ByteSource source, CheckpointLimits limits) => new LegacyReader(source, limits).Read();

    private CheckpointContents Read()
    {
        ReadOnlySpan<byte> head = source.Slice(0, Math.Min(source.Length, limits.PickleBytes));
        int position = FileKind.LegacyMagic.Length;
        RequireVersion(PickleMachine.Read(head, ref position, _budget, _globals));
        RequireLittleEndian(PickleMachine.Read(head, ref position, _budget, _globals));
        object? root = PickleMachine.Read(head, ref position, _budget, _globals, reference => _references.TryAdd(reference.Key, reference));
        object? keys = PickleMachine.Read(head, ref position, _budget, _globals);
        ReadStorages(keys, position);
        return new PickledCheckpoint(limits, Find).Read(CheckpointLayout.LegacyStream, root, _globals);
    }

    private void ReadStorages(object? keys, long position)
    {
        if (keys is not PickleList list)
        {
            throw new CheckpointException(
                CheckpointErrorIds.LegacyHeader,
                "no list of storage keys after the object",
                "a list",
                "The file is damaged; get it again"
            );
        }

        foreach (object? item in list.Items)
        {
            if (item is not string key || !_references.TryGetValue(key, out StorageReference? reference) || _storages.ContainsKey(key))
            {
                throw new CheckpointException(
                    CheckpointErrorIds.LegacyHeader,
                    "a storage key that the object does not refer to, or that comes twice",
                    "each key once",
                    "The file is damaged; get it again"
                );
            }

            long length = reference.ElementCount <= source.Length ? reference.ElementCount * reference.ElementSize : long.MaxValue;
            if (length > source.Length - position - 8)
            {
                throw new CheckpointException(
                    CheckpointErrorIds.LegacyCut,
                    $"{source.Length - position} bytes left for storage '{key}'",
                    $"{reference.ElementCount} elements of {reference.ElementSize} bytes, after their count",
                    "The download or copy was cut short; get the file again"
                );
            }

            long count = BinaryPrimitives.ReadInt64LittleEndian(source.Slice(position, 8));
            if (count != reference.ElementCount)
            {
                throw new CheckpointException(
                    CheckpointErrorIds.StorageTooShort,
                    $"storage '{key}' of {count} elements",
                    $"the {reference.ElementCount} elements that the pickle declares",
                    "The file is damaged; get it again"
                );
            }

            _storages.Add(key, new PlainStorage(source, key, position + 8, length));
            position += 8 + length;
        }
    }

    private Storage Find(StorageReference reference) =>
        _storages.TryGetValue(reference.Key, out Storage? storage)
            ? StorageWindows.Apply(storage, reference)
            : throw new CheckpointException(
                CheckpointErrorIds.StorageMissing,
                $"no storage '{reference.Key}' in the stream, which the pickle refers to",
                "every storage of the pickle",
                "The file is incomplete; get it again"
            );

    private static void RequireVersion(object? version)
    {
        if (version is not 1001L)
        {
            throw new CheckpointException(
                CheckpointErrorIds.LegacyHeader,
                $"legacy protocol version {version ?? "None"}",
                "1001, the only one PyTorch wrote",
                "The file is damaged; get it again"
            );
        }
    }

    private static void RequireLittleEndian(object? system)
    {
        if (system is not PickleDict dict || !dict.TryGet("little_endian", out object? little) || little is not bool)
        {
            throw new CheckpointException(
                CheckpointErrorIds.LegacyHeader,
                "no system properties in the legacy stream",
                "a dict with 'little_endian'",
                "The file is damaged; get it again"
            );
        }

        if (little is false)
        {
            throw new CheckpointException(
                CheckpointErrorIds.BigEndian,
                "a checkpoint written on a big-endian machine",
                "byte order 'little'",
                "Load and save it again on a little-endian machine"
            );
        }
    }
}
