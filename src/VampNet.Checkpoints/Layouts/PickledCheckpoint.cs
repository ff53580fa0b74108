using System.Collections.Immutable;
using VampNet.Checkpoints.Metadata;
using VampNet.Checkpoints.Pickling;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Layouts;

/// <summary>
/// Finds the state dict and the metadata in a checkpoint's unpickled value. Four forms are known:
/// <list type="number">
/// <item><c>{"state_dict": {...}, "metadata": {...}}</c>, as audiotools' BaseModel.save writes;</item>
/// <item>a state dict itself, perhaps among other values, as torch.save(model.state_dict()) writes;</item>
/// <item>a LoRA-only file, which is either of these with fewer tensors;</item>
/// <item>a pickled module.</item>
/// </list>
/// </summary>
internal sealed class PickledCheckpoint
{
    private readonly CheckpointLimits _limits;
    private readonly Func<StorageReference, Storage> _findStorage;
    private readonly MetadataReader _metadata;

    public PickledCheckpoint(CheckpointLimits limits, Func<StorageReference, Storage> findStorage)
    {
        (_limits, _findStorage) = (limits, findStorage);
        _metadata = new MetadataReader(limits, Bind);
    }

    /// <summary>Reads the value a checkpoint's pickle holds.</summary>
    /// <param name="layout">Layout of the file that it came from.</param>
    /// <param name="root">The unpickled value.</param>
    /// <param name="globals">Every global met, in any order.</param>
    /// <param name="metadata">Metadata kept in a pickle of its own; null when it lies in <paramref name="root"/>.</param>
    /// <exception cref="CheckpointException">VNC04xx: there is no state dict, or one of its entries is no tensor.</exception>
    public CheckpointContents Read(CheckpointLayout layout, object? root, IEnumerable<string> globals, object? metadata = null) =>
        root switch
        {
            PickleDict dict when dict.TryGet("state_dict", out object? state) => FromParts(
                layout,
                state,
                metadata ?? Entry(dict, "metadata"),
                dict,
                globals
            ),
            PickleDict dict => FromStateDict(layout, dict, metadata, globals),
            PickleInstance { State: PickleDict state } module when ModuleState.IsModule(state) => Contents(
                layout,
                Named(ModuleState.Flatten(module, _limits)),
                metadata ?? Entry(state, "metadata"),
                null,
                null,
                globals
            ),
            _ => throw new CheckpointException(
                root is PickleInstance or PickleGlobal ? CheckpointErrorIds.GlobalUnknown : CheckpointErrorIds.NoStateDict,
                $"{Describe(root)} at the top of the checkpoint",
                "a state dict, {'state_dict': ..., 'metadata': ...}, or a pickled module",
                root is PickleInstance or PickleGlobal
                    ? "The file may be made to run code; do not load it in Python"
                    : "Save the model's state_dict()"
            ),
        };

    private static object? Entry(PickleDict dict, string key) => dict.TryGet(key, out object? value) ? value : null;

    private CheckpointContents FromParts(
        CheckpointLayout layout,
        object? state,
        object? metadata,
        PickleDict root,
        IEnumerable<string> globals
    )
    {
        if (state is not PickleDict dict)
        {
            throw NotATensor("state_dict", state, "a dict of tensors");
        }

        PickleDict extras = Without(root, "state_dict", "metadata");
        return Contents(layout, Named(dict.Entries), metadata, extras, dict.Attributes, globals);
    }

    private CheckpointContents FromStateDict(CheckpointLayout layout, PickleDict dict, object? metadata, IEnumerable<string> globals)
    {
        // Beside tensors, a bare dict may hold settings; an unknown object among them could be a tensor we failed to read, and is refused.
        KeyValuePair<object?, object?> unknown = dict.Entries.FirstOrDefault(entry => entry.Value is PickleInstance or PickleGlobal);
        if (unknown.Value is not null)
        {
            throw NotATensor(unknown.Key, unknown.Value, "a tensor or a setting");
        }

        PickleDict others = Without(dict, [.. dict.Entries.Where(entry => entry.Value is TensorReference).Select(entry => entry.Key)]);
        return Contents(
            layout,
            Named(dict.Entries.Where(entry => entry.Value is TensorReference)),
            metadata ?? others,
            null,
            dict.Attributes,
            globals
        );
    }

    private static PickleDict Without(PickleDict dict, params object?[] keys)
    {
        HashSet<object?> left = [.. keys];
        PickleDict rest = new();
        foreach ((object? key, object? value) in dict.Entries.Where(entry => !left.Contains(entry.Key)))
        {
            rest.Set(key, value);
        }

        return rest;
    }

    private CheckpointContents Contents(
        CheckpointLayout layout,
        IEnumerable<CheckpointTensor> tensors,
        object? metadata,
        object? extras,
        object? attributes,
        IEnumerable<string> globals
    )
    {
        ImmutableArray<CheckpointTensor> table = [.. tensors.Take(_limits.Tensors + 1)];
        if (table.IsEmpty || table.Length > _limits.Tensors)
        {
            throw new CheckpointException(
                CheckpointErrorIds.TensorCount,
                table.IsEmpty ? "no tensors" : $"more than {_limits.Tensors} tensors",
                "the tensors of a model",
                "Check which object was saved: it should be the model's state_dict()"
            );
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        if (table.FirstOrDefault(tensor => !names.Add(tensor.Name)) is { } twin)
        {
            throw new CheckpointException(CheckpointErrorIds.EntryNotATensor, $"two tensors named '{twin.Name}'", "each name once");
        }

        return new CheckpointContents(
            layout,
            table,
            Tree(metadata, "metadata"),
            Tree(extras, "checkpoint"),
            Tree((attributes as PickleDict)?.TryGet("_metadata", out object? versions) == true ? versions : null, "state_dict._metadata"),
            [.. globals.Order(StringComparer.Ordinal)]
        );
    }

    private MetadataValue Tree(object? value, string path) => value is null ? MetadataValue.EmptyMapping : _metadata.Read(value, path);

    private IEnumerable<CheckpointTensor> Named(IEnumerable<KeyValuePair<object?, object?>> entries)
    {
        foreach ((object? key, object? value) in entries)
        {
            yield return key is string name && value is TensorReference tensor
                ? Bind(name, tensor)
                : throw NotATensor(key, value, "a tensor with a name");
        }
    }

    private CheckpointTensor Bind(string name, TensorReference tensor)
    {
        Storage storage = _findStorage(tensor.Storage);
        int size = tensor.ElementType.ByteSize();
        return new CheckpointTensor(
            name,
            tensor.ElementType,
            TensorView.Create(name, tensor.Offset, [.. tensor.Shape], [.. tensor.Strides], size, storage, _limits),
            storage
        );
    }

    private static CheckpointException NotATensor(object? key, object? value, string expected)
    {
        string place = key is string name ? $"'{name}'" : $"a key that is {Describe(key)}";
        return value is PickleInstance or PickleGlobal
            ? new(
                CheckpointErrorIds.GlobalUnknown,
                $"{Describe(value)} at {place} in the state dict; it was not called",
                expected,
                "If its author is not trusted, do not load the file in Python: it may run code"
            )
            : new(
                CheckpointErrorIds.EntryNotATensor,
                $"{Describe(value)} at {place} in the state dict",
                expected,
                "Save tensors alone under state_dict, and everything else under metadata"
            );
    }

    private static string Describe(object? value) =>
        value switch
        {
            null => "None",
            PickleInstance instance => $"an object of the unknown global {instance.Type.FullName}",
            PickleGlobal global => $"the global {global.FullName}",
            PickleDict => "a dict",
            PickleList => "a list",
            PickleTuple => "a tuple",
            PickleSet => "a set",
            TensorReference => "a tensor",
            StorageReference => "a storage",
            string => "a text",
            byte[] => "bytes",
            bool => "a boolean",
            double => "a float",
            NumpyType => "a numpy dtype",
            _ => "an integer",
        };
}
