using VampNet.Checkpoints.Pickling;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Layouts;

/// <summary>Checks a storage against its reference in the pickle.</summary>
internal static class StorageWindows
{
    /// <summary>Returns the storage, or the part of it that the reference names.</summary>
    /// <exception cref="CheckpointException">VNC0406: the file holds another number of bytes than the pickle declares.</exception>
    public static Storage Apply(Storage storage, StorageReference reference)
    {
        Int128 declared = (Int128)reference.ElementCount * reference.ElementSize;
        if (declared != storage.ByteLength)
        {
            throw new CheckpointException(
                CheckpointErrorIds.StorageTooShort,
                $"storage '{storage.Label}' of {storage.ByteLength} bytes",
                $"the {declared} bytes that the pickle declares",
                "The file is damaged or was tampered with; get it again"
            );
        }

        return reference.Window is { } window
            ? storage.Part(window.Key, window.Offset * reference.ElementSize, window.ElementCount * reference.ElementSize)
            : storage;
    }
}
