using System.Collections.Immutable;
using VampNet.Onnx;

namespace VampNet.Export;

/// <summary>The volume that an export writes to; a test puts a full or a faulty one in its place.</summary>
internal class ExportVolume
{
    /// <summary>Graphs without their weights, ledgers and the manifest, taken together, stay below this.</summary>
    private const long SmallFiles = 16 << 20;

    public static ExportVolume System { get; } = new();

    /// <exception cref="ExportException"><see cref="ExportErrorIds.DiskFull"/>.</exception>
    public void RefuseFull(string folder, long weightBytes)
    {
        long free = FreeBytes(folder);
        if (free < weightBytes + SmallFiles)
        {
            throw new ExportException(
                ExportErrorIds.DiskFull,
                found: $"{free} bytes free on the volume of {folder}",
                expected: $"{weightBytes + SmallFiles} for the graphs",
                advice: "Free space, or choose another folder"
            );
        }
    }

    /// <summary>The space that a writer of this folder may use, in bytes.</summary>
    protected virtual long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Writes a graph with its weights beside it; <paramref name="sign"/> is called when only the graph remains to be
    /// written.</summary>
    public virtual ImmutableArray<WrittenFile> Write(Model model, string path, Action sign) =>
        ModelWriter.WriteDigested(model, path, new ExternalDataOptions(), sign);
}
