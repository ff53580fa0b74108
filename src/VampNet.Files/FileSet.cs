namespace VampNet.Files;

/// <summary>
/// Files, or folders, that appear under their names together. Each is written to a temporary folder beside its final place.
/// <see cref="Publish"/> renames them all: at every moment there are all the earlier files, all the new ones, or the first file is missing.
/// Without it, nothing changes. </summary>
public sealed class FileSet : IDisposable
{
    private readonly Dictionary<string, StagingFolder> _folders = [];
    private readonly List<string> _names = [];

    /// <param name="first">The file that names the others, such as a graph that has its weights beside it. It appears last.</param>
    public FileSet(string first)
    {
        ArgumentException.ThrowIfNullOrEmpty(first);
        First = Resolve(first);
    }

    /// <summary>The full path of the file that names the others. If it was a symbolic link, this is its target; the link stays, and its
    /// target is replaced.</summary>
    public string First { get; }

    /// <summary>Returns the temporary path for the new contents of a file or folder of this set. Missing parent folders are made.</summary>
    /// <param name="path">Its final path.</param>
    /// <exception cref="IOException">No file can be made in its folder.</exception>
    public string Stage(string path)
    {
        string final = Resolve(path);
        if (!_names.Contains(final))
        {
            _names.Add(final);
        }

        return FolderOf(final).New(Path.GetFileName(final));
    }

    /// <summary>Writes one file of this set.</summary>
    /// <param name="path">Its final path.</param>
    /// <param name="write">Writes all of it.</param>
    public void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using FileStream stream = FileCalls.Create(Stage(path));
        write(new WritebackStream(stream));
        FileCalls.Flush(stream);
    }

    /// <summary>Flushes to the disk what other code than <see cref="Write"/> has written for a file or folder of this set.</summary>
    /// <param name="path">Its final path.</param>
    public void Flush(string path)
    {
        string staged = Stage(path);
        foreach (string file in Directory.Exists(staged) ? Directory.GetFiles(staged, "*", SearchOption.AllDirectories) : [staged])
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
            FileCalls.Flush(stream);
        }
    }

    /// <summary>Renames all staged files to their final names, replacing earlier ones.</summary>
    /// <exception cref="IOException">Something cannot be renamed. The earlier files have their names again.</exception>
    public void Publish()
    {
        string[] names = [.. _names.Where(IsStaged).OrderBy(name => name == First)];
        if (names is [var only] && !Directory.Exists(only))
        {
            FileCalls.Move(Staged(only), only);
        }
        else if (names.Length > 0)
        {
            using var held = PublishLock.Acquire(Path.GetDirectoryName(First)!);
            Replace(names);
        }

        foreach (string folder in names.Select(name => Path.GetDirectoryName(name)!).Distinct())
        {
            FileCalls.FlushFolder(folder);
        }
    }

    /// <summary>Removes what was not published.</summary>
    public void Dispose()
    {
        foreach (StagingFolder folder in _folders.Values)
        {
            folder.Dispose();
        }
    }

    /// <summary>Releases the locks and leaves the unfinished files, as a killed run would.</summary>
    internal void Leave()
    {
        foreach (StagingFolder folder in _folders.Values)
        {
            folder.Leave();
        }
    }

    /// <summary>Resolves the symbolic links of a path.</summary>
    internal static string Resolve(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private StagingFolder FolderOf(string final)
    {
        string parent =
            Path.GetDirectoryName(final) ?? throw new IOException($"Found {final}, the root of a volume. Expected a name in it.");
        if (!_folders.TryGetValue(parent, out StagingFolder? folder))
        {
            _folders[parent] = folder = StagingFolder.In(parent);
        }

        return folder;
    }

    private bool IsStaged(string name) => Exists(Staged(name));

    private string Staged(string name) => FolderOf(name).New(Path.GetFileName(name));

    private void Undo(Stack<Action> undo)
    {
        try
        {
            while (undo.TryPop(out Action? back))
            {
                back();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Earlier files that could not be renamed back must not be removed; the next run in this folder tries again.
            Leave();
        }
    }

    private void Replace(string[] names)
    {
        if (names.FirstOrDefault(name => File.Exists(name) != File.Exists(Staged(name)) && Exists(name)) is { } other)
        {
            throw new IOException(
                $"Found {(File.Exists(other) ? "a file" : "a folder")} at {other}. Expected the name to be free, or of the same "
                    + "kind. Choose another name."
            );
        }

        Stack<Action> undo = new();
        try
        {
            // The first file is removed first and appears last: while it is absent, nobody reads the others.
            foreach (string name in names.Reverse().Where(Exists))
            {
                string old = FolderOf(name).Old(Path.GetFileName(name), isFirst: name == First);
                FileCalls.Move(name, old);
                undo.Push(() => FileCalls.Move(old, name));
            }

            foreach (string name in names)
            {
                string staged = Staged(name);
                FileCalls.Move(staged, name);
                undo.Push(() => FileCalls.Move(name, staged));
            }
        }
        catch
        {
            Undo(undo);
            throw;
        }
    }
}
