namespace VampNet.Files;

/// <summary>A kind of call that changes the file system.</summary>
internal enum FileCall
{
    /// <summary>A folder for unfinished files is made.</summary>
    CreateFolder,

    /// <summary>A file is made, empty.</summary>
    Create,

    /// <summary>A file's contents are flushed to the disk.</summary>
    Flush,

    /// <summary>The names in a folder are flushed to the disk.</summary>
    FlushFolder,

    /// <summary>A file or a folder gets another name.</summary>
    Move,

    /// <summary>A file or a folder is removed.</summary>
    Delete,
}
