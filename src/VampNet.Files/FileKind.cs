namespace VampNet.Files;

/// <summary>The kind of file system entry that a path leads to.</summary>
public enum FileKind
{
    /// <summary>Nothing exists there, or it cannot be inspected.</summary>
    None,

    /// <summary>A file with contents of its own.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe: what one process writes, another reads.</summary>
    Pipe,

    /// <summary>A device, such as /dev/null or a terminal.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,
}
