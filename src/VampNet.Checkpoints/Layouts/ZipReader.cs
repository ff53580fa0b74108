using VampNet.Checkpoints.Pickling;
using VampNet.Checkpoints.Storages;
using VampNet.Checkpoints.Zip;

namespace VampNet.Checkpoints.Layouts;

/// <summary>Reads the zip archives of torch.save and torch.package.</summary>
/// <remarks>
/// torch.save (torch/serialization.py, _save): <c>NAME/data.pkl</c>, <c>NAME/data/KEY</c>, <c>NAME/version</c>, and since PyTorch 2
/// <c>NAME/byteorder</c>, <c>NAME/.format_version</c>, <c>NAME/.storage_alignment</c>, <c>NAME/.data/serialization_id</c>.
/// torch.package (torch/package/package_exporter.py): <c>NAME/PACKAGE/RESOURCE</c> and <c>NAME/.data/KEY.storage</c>.
/// </remarks>
internal sealed class ZipReader
{
    private readonly CheckpointLimits _limits;
    private readonly Dictionary<string, Storage> _records;
    private readonly PickleBudget _budget;
    private readonly SortedSet<string> _globals = new(StringComparer.Ordinal);
    private readonly string _root;

    private ZipReader(ByteSource source, CheckpointLimits limits)
    {
        (_limits, _budget) = (limits, new PickleBudget(limits));
        _records = ZipDirectory
            .Read(source, limits)
            .ToDictionary(entry => entry.Name, entry => (Storage)new ZipStorage(source, entry), StringComparer.Ordinal);
        _root = CommonFolder();
    }

    /// <exception cref="CheckpointException">The archive is damaged (VNC02xx), its pickle refused (VNC03xx), or no state dict is in it
    /// (VNC04xx).</exception>
    public static CheckpointContents Read(ByteSource source, CheckpointLimits limits) => new ZipReader(source, limits).Read();

    private CheckpointContents Read()
    {
        RequireLittleEndian();
        if (_records.ContainsKey($"{_root}constants.pkl"))
        {
            throw new CheckpointException(
                CheckpointErrorIds.OtherFormat,
                "a TorchScript archive",
                "a checkpoint of torch.save",
                "Save the model's state_dict() instead of the scripted module"
            );
        }

        return _records.TryGetValue($"{_root}data.pkl", out Storage? pickle) ? ReadSaved(pickle) : ReadPackage();
    }

    private CheckpointContents ReadSaved(Storage pickle) =>
        new PickledCheckpoint(_limits, reference => Find($"{_root}data/{reference.Key}", reference)).Read(
            CheckpointLayout.ZipArchive,
            Unpickle(pickle),
            _globals
        );

    private CheckpointContents ReadPackage()
    {
        List<Storage> pickles = [.. _records.Values.Where(IsPickledResource).OrderBy(record => record.Label, StringComparer.Ordinal)];
        if (pickles is not [Storage pickle])
        {
            string found =
                pickles.Count == 0
                    ? "a zip archive without a pickle"
                    : $"a torch.package with {pickles.Count} pickles: {string.Join(", ", pickles.Take(5).Select(record => record.Label))}";
            throw new CheckpointException(
                CheckpointErrorIds.ZipLayoutUnknown,
                found,
                "data.pkl, as torch.save writes, or one pickled module, as torch.package does"
            );
        }

        object? module = Unpickle(pickle);
        object? metadata = _records.TryGetValue(Path.ChangeExtension(pickle.Label, ".metadata"), out Storage? record)
            ? Unpickle(record)
            : null;
        return new PickledCheckpoint(_limits, reference => Find($"{_root}.data/{reference.Key}.storage", reference)).Read(
            CheckpointLayout.TorchPackage,
            module,
            _globals,
            metadata
        );
    }

    private bool IsPickledResource(Storage record) =>
        !record.Label.StartsWith($"{_root}.data/", StringComparison.Ordinal)
        && (record.Label.EndsWith(".pth", StringComparison.Ordinal) || record.Label.EndsWith(".pkl", StringComparison.Ordinal));

    private object? Unpickle(Storage record)
    {
        if (record.ByteLength > _limits.PickleBytes)
        {
            throw new CheckpointException(
                CheckpointErrorIds.PickleTooLarge,
                $"a pickle of {record.ByteLength} bytes in '{record.Label}'",
                $"at most {_limits.PickleBytes}",
                "If the file is trusted, raise CheckpointLimits.PickleBytes"
            );
        }

        int position = 0;
        return PickleMachine.Read(record.Read(0, record.ByteLength), ref position, _budget, _globals);
    }

    private Storage Find(string name, StorageReference reference)
    {
        if (!_records.TryGetValue(name, out Storage? storage))
        {
            throw new CheckpointException(
                CheckpointErrorIds.StorageMissing,
                $"no storage '{name}' in the archive, which the pickle refers to",
                "every storage of the pickle",
                "The file is incomplete; get it again"
            );
        }

        return StorageWindows.Apply(storage, reference);
    }

    private void RequireLittleEndian()
    {
        if (
            _records.TryGetValue($"{_root}byteorder", out Storage? record)
            && (record.ByteLength != 6 || !record.Read(0, 6).SequenceEqual("little"u8))
        )
        {
            throw new CheckpointException(
                CheckpointErrorIds.BigEndian,
                "a checkpoint written on a big-endian machine",
                "byte order 'little'",
                "Load and save it again on a little-endian machine"
            );
        }
    }

    private string CommonFolder()
    {
        string? folder = null;
        foreach (string name in _records.Keys)
        {
            int slash = name.IndexOf('/', StringComparison.Ordinal);
            string own = name[..(slash + 1)];
            if (slash <= 0 || (folder ??= own) != own)
            {
                throw new CheckpointException(
                    CheckpointErrorIds.ZipLayoutUnknown,
                    $"a zip archive with the entry '{name}'",
                    $"entries in one folder{(folder is null ? "" : $", '{folder}'")}, as PyTorch writes them",
                    "This is an archive of another kind; unpack it, perhaps the checkpoint is inside"
                );
            }
        }

        return folder
            ?? throw new CheckpointException(CheckpointErrorIds.ZipLayoutUnknown, "a zip archive without entries", "a checkpoint");
    }
}
