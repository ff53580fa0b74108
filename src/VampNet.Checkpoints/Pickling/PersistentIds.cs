using System.Globalization;

namespace VampNet.Checkpoints.Pickling;

/// <summary>Persistent ids as PyTorch writes them (torch/serialization.py, persistent_id): storages, and the classes of pickled
/// modules.</summary>
internal static class PersistentIds
{
    /// <exception cref="CheckpointException">VNC0309: the id is none of PyTorch's. VNC0407: the storage's element type is not
    /// supported.</exception>
    public static object Resolve(object? id) =>
        id switch
        {
            PickleTuple { Items: ["storage", PickleGlobal type, var key, string, long count] } when count >= 0 => Storage(
                type,
                key,
                count,
                null
            ),
            PickleTuple { Items: ["storage", PickleGlobal type, var key, string, long count, var window] } when count >= 0 => Storage(
                type,
                key,
                count,
                window
            ),
            PickleTuple { Items: ["module", PickleGlobal type, ..] } => type,
            _ => throw Unknown(),
        };

    private static StorageReference Storage(PickleGlobal type, object? key, long count, object? window)
    {
        StorageWindow? part = window switch
        {
            null => null,
            PickleTuple { Items: [var windowKey, long offset, long length] } when offset >= 0 && length >= 0 && offset <= count - length =>
                new StorageWindow(Key(windowKey), offset, length),
            _ => throw Unknown(),
        };
        return new StorageReference(ElementType(type), Key(key), count, part);
    }

    private static string Key(object? key) =>
        key switch
        {
            string text => text,
            long number => number.ToString(CultureInfo.InvariantCulture),
            _ => throw Unknown(),
        };

    private static TensorElementType? ElementType(PickleGlobal type) =>
        type switch
        {
            { Module: "torch" or "torch.cuda" } when TensorElementTypes.TryFromStorageName(type.Name, out TensorElementType known) => known,
            { Module: "torch.storage" or "torch", Name: "UntypedStorage" } => null,
            _ => throw new CheckpointException(
                CheckpointErrorIds.ElementTypeUnsupported,
                $"a storage of type {type.FullName}",
                "a floating-point, integer, boolean or complex storage",
                "Convert the tensors in PyTorch, for example with dequantize(), and save again"
            ),
        };

    private static CheckpointException Unknown() =>
        new(
            CheckpointErrorIds.ArgumentsUnknown,
            "a persistent id of unknown form",
            "('storage', type, key, location, count) as PyTorch writes it",
            "The file was not written by torch.save"
        );
}
