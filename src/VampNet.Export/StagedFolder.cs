using VampNet.Files;
using VampNet.Models;

namespace VampNet.Export;

/// <summary>A folder that appears under its name only when it is complete. Until then nothing changes, and an earlier export keeps the
/// name.</summary>
internal sealed class StagedFolder : IDisposable
{
    private readonly FileSet _files;

    private StagedFolder(string target)
    {
        if (Path.GetDirectoryName(target) is null)
        {
            throw Refuse(target, "the root of a volume");
        }

        RefuseOccupied(target);
        _files = new FileSet(target);
        Staging = _files.Stage(target);
        Directory.CreateDirectory(Staging);
    }

    /// <summary>The folder to write into.</summary>
    public string Staging { get; }

    /// <summary>Makes an empty staging folder for a target that is absent, empty, or an earlier export.</summary>
    /// <exception cref="ExportException">The target holds something else.</exception>
    public static StagedFolder Open(string target) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));

    /// <summary>Gives the folder its name; an earlier export that has it is removed. If that fails, the earlier export has its name
    /// again.</summary>
    /// <exception cref="ExportException">The target has come to hold something else meanwhile.</exception>
    public void Publish()
    {
        RefuseOccupied(_files.First);
        _files.Publish();
    }

    /// <summary>Removes whatever was not published.</summary>
    public void Dispose() => _files.Dispose();

    private static void RefuseOccupied(string target)
    {
        if (File.Exists(target))
        {
            throw Refuse(target, "a file");
        }

        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
        {
            return;
        }

        string manifest = Path.Combine(target, ModelManifest.FileName);
        if (!File.Exists(manifest))
        {
            throw Refuse(
                target,
                $"{Path.GetFileName(Directory.EnumerateFileSystemEntries(target).Order().First())} and no {ModelManifest.FileName}"
            );
        }

        HashSet<string> listed =
        [
            ModelManifest.FileName,
            ModelFiles.Verdicts,
            .. ModelManifest.Read(manifest).Files.Select(file => file.Name),
        ];
        string? foreign = Directory
            .EnumerateFileSystemEntries(target)
            .Select(path => Path.GetFileName(path))
            .Order()
            .FirstOrDefault(name => !listed.Contains(name));
        if (foreign is not null)
        {
            throw Refuse(target, $"{foreign}, which its {ModelManifest.FileName} does not list");
        }
    }

    private static ExportException Refuse(string target, string found) =>
        new(
            ExportErrorIds.FolderOccupied,
            found: $"{found} at {target}",
            expected: "a folder that is absent, empty, or an earlier export",
            advice: "Choose another folder, or move its contents away"
        );
}
