using VampNet.Models;

namespace VampNet.Export;

/// <summary>
/// A folder that appears under its name only when it is complete. It is filled beside that name, as <c>.name.partial</c>, and
/// renamed; whoever stops in between leaves only the partial folder, which the next export into the same place removes.
/// </summary>
internal sealed class StagedFolder : IDisposable
{
    private const string LockName = ".lock";

    private readonly string _target;
    private readonly string _replaced;
    private FileStream? _lock;
    private bool _owned;

    private StagedFolder(string target)
    {
        _target = target;
        string parent = Path.GetDirectoryName(target) ?? throw Refuse(target, "the root of a volume");
        string name = Path.GetFileName(target);
        Staging = Path.Combine(parent, $".{name}.partial");
        _replaced = Path.Combine(parent, $".{name}.replaced");
    }

    /// <summary>The folder to write into.</summary>
    public string Staging { get; }

    /// <summary>Makes an empty staging folder for a target that is absent, empty, or an earlier export.</summary>
    /// <exception cref="ExportException">The target holds something else, or another export into it is running.</exception>
    public static StagedFolder Open(string target)
    {
        StagedFolder folder = new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));
        folder.RefuseOccupied();
        folder.Begin();
        return folder;
    }

    /// <summary>Gives the folder its name; an earlier export that has it is removed.</summary>
    public void Publish()
    {
        Unlock();
        if (Directory.Exists(_target))
        {
            Directory.Move(_target, _replaced);
        }

        Directory.Move(Staging, _target);
        _owned = false;
        Remove(_replaced);
    }

    /// <summary>Removes whatever was not published.</summary>
    public void Dispose()
    {
        if (_owned)
        {
            Unlock();
            Remove(Staging);
            _owned = false;
        }
    }

    private void Begin()
    {
        Directory.CreateDirectory(Staging);
        try
        {
            _lock = new FileStream(Path.Combine(Staging, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(Path.Combine(Staging, LockName)))
        {
            throw new ExportException(
                ExportErrorIds.FolderBusy,
                $"Found another export into {_target} running. Wait for it to end, or choose another folder.",
                e
            );
        }

        _owned = true;
        foreach (string leftover in Directory.EnumerateFileSystemEntries(Staging).Where(path => Path.GetFileName(path) != LockName))
        {
            Remove(leftover);
        }

        // A run that ended between the two renames of a replacement leaves the earlier export under this name.
        if (Directory.Exists(_replaced) && !Directory.Exists(_target))
        {
            Directory.Move(_replaced, _target);
        }

        Remove(_replaced);
    }

    private void RefuseOccupied()
    {
        if (File.Exists(_target))
        {
            throw Refuse(_target, "a file");
        }

        if (!Directory.Exists(_target) || !Directory.EnumerateFileSystemEntries(_target).Any())
        {
            return;
        }

        string manifest = Path.Combine(_target, ModelManifest.FileName);
        if (!File.Exists(manifest))
        {
            throw Refuse(
                _target,
                $"{Path.GetFileName(Directory.EnumerateFileSystemEntries(_target).Order().First())} and no {ModelManifest.FileName}"
            );
        }

        HashSet<string> listed = [ModelManifest.FileName, .. ModelManifest.Read(manifest).Files.Select(file => file.Name)];
        string? foreign = Directory
            .EnumerateFileSystemEntries(_target)
            .Select(path => Path.GetFileName(path))
            .Order()
            .FirstOrDefault(name => !listed.Contains(name));
        if (foreign is not null)
        {
            throw Refuse(_target, $"{foreign}, which its {ModelManifest.FileName} does not list");
        }
    }

    private void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
        File.Delete(Path.Combine(Staging, LockName));
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static ExportException Refuse(string target, string found) =>
        new(
            ExportErrorIds.FolderOccupied,
            $"Found {found} at {target}. Expected a folder that is absent, empty, or an earlier export. Choose another folder, or move its contents away."
        );
}
